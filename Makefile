# make lab    set up everything and open the course        make notebooks      rebuild the notebooks from notebooks/source; ONLY=2: that one
# make test   set up everything and run all tests          make notebooks-zh   copies in one language: notebooks/zh, notebooks/en
# make check  grade your four notebooks                    make test-lowest    all tests on the oldest versions allowed
# make bench  measure, side by side in one run             make site           the course as web pages, in both languages: site/
# make hooks  git runs make lint, pairs, rebuilt before a commit

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
COPIES ?= notebooks
NUMBERED = $(patsubst notebooks/source/%.py,notebooks/%.ipynb,$(wildcard notebooks/source/[1-9]_*.py))
LANGUAGES = $(shell sed -n 's/^languages *= *\[\([^]]*\)\].*/\1/p' pyproject.toml | tr -d '",')
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab setup ready test test-lowest check notebooks $(LANGUAGES:%=notebooks-%) site hooks lint pairs rebuilt bench lowest clean

lab: setup
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=. notebooks/1_dnn_step_by_step.ipynb

setup: $(VENV)/installed
	@$(BIN)/python check_setup.py

ready: $(VENV)/installed
	@$(BIN)/python check_setup.py --quiet

$(VENV)/installed: requirements.txt $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make lab PYTHON=/path/to/python3.11 / 需要 Python 3.11 或更新的版本"; exit 1; }
	@echo "Installing the packages, which takes a minute or two / 正在安装软件包，需要一两分钟"
	$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

$(VENV)/cluster: requirements/cluster.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $< $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

$(VENV)/site: requirements/site.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $< $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

.venv-nbgrader/installed: requirements/nbgrader.txt requirements.txt | ready
	$(BIN)/python -m tools.environments nbgrader

.venv-peers/installed: requirements/peers.txt requirements.txt | ready
	$(BIN)/python -m tools.environments peers

# two workers share the cores, so each notebook's NumPy uses one thread
test: ready $(VENV)/cluster $(VENV)/site .venv-nbgrader/installed
	$(BIN)/ruff check .
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --nbval -n auto --dist loadscope -q -rs $(PYTEST)

# nbgrader has an environment of its own, which is the same in both runs
test-lowest:
	$(MAKE) test VENV=.venv-lowest CONSTRAINTS=requirements/lowest.txt PYTEST="$(PYTEST) --ignore=tests/test_nbgrader.py"

check: ready
	@$(BIN)/python -m grader check $(NUMBERED) || test $$? -eq 1

notebooks: ready
	$(BIN)/python -m notebooks.source.make_notebooks $(ONLY:%=--notebook %)

# of the notebooks that have cells in that language
$(LANGUAGES:%=notebooks-%): notebooks-%: ready
	@grep -q '"lang-$*"' $(NUMBERED) || { echo "no notebook has prose in $* yet / 还没有 $* 的笔记本"; exit 1; }
	@if [ -d $(COPIES)/$* ]; then kept=$(COPIES)/$*-$$(date +%Y%m%d-%H%M%S); mv $(COPIES)/$* $$kept; \
	  echo "The earlier copies are kept in $$kept / 原来的副本保存在 $$kept"; fi
	$(BIN)/jupyter nbconvert --to notebook --output-dir $(COPIES)/$* --TagRemovePreprocessor.enabled=True \
	  $(patsubst %,--TagRemovePreprocessor.remove_cell_tags=lang-%,$(filter-out $*,$(LANGUAGES))) \
	  $$(grep -l '"lang-$*"' $(NUMBERED))

hooks: ready
	$(BIN)/pre-commit install

# what .pre-commit-config.yaml runs before a commit: no setup, which takes its time and may need the network
lint pairs rebuilt: $(BIN)/python

$(BIN)/python:
	@echo "There is no $@: make setup / 没有 $@，请先运行 make setup"; exit 1

lint:
	@$(BIN)/ruff check . || { echo "make lint: ruff says what to change; most of it: $(BIN)/ruff check --fix ."; exit 1; }

pairs:
	@$(BIN)/python -m notebooks.source.make_notebooks pairs || \
	  { echo "make pairs: after reading both texts, $(BIN)/python -m notebooks.source.make_notebooks confirm --pair NAME"; exit 1; }

rebuilt:
	@$(BIN)/python -m notebooks.source.make_notebooks check --quick || { echo "make rebuilt: run make notebooks and commit what it writes"; exit 1; }

# REPOSITORY and TAG: where the links of the pages lead, if not to what pyproject.toml says
site: ready $(VENV)/site
	@$(BIN)/python -m docs.make_site $(if $(REPOSITORY),--repository $(REPOSITORY)) $(if $(TAG),--tag $(TAG))

# what is compared has environments of its own, made at the same time
bench: ready
	@$(MAKE) --no-print-directory -j4 $(VENV)/cluster .venv-nbgrader/installed .venv-peers/installed lowest
	$(BIN)/python -m bench.run

# the numbers that the notebooks print are compared on the oldest NumPy, too
lowest:
	@$(MAKE) --no-print-directory ready VENV=.venv-lowest CONSTRAINTS=requirements/lowest.txt

clean:
	rm -rf .venv .venv-lowest .venv-nbgrader .venv-peers .pytest_cache .ruff_cache .hypothesis .site site screenshots
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf
