"""What is measured, beside others: `python -m bench.run` runs all of it, `python -m bench.training` one bench."""
