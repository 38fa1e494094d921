# make lab    set up everything and open the course        make notebooks      rebuild the notebooks from notebooks/source
# make test   set up everything and run all tests          make notebooks-zh   copies in one language: notebooks/zh, notebooks/en
# make check  grade your four notebooks                    make test-lowest    all tests on the oldest versions allowed
# make bench  measure, side by side in one run             make site           the course as web pages, in both languages: site/

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
COPIES ?= notebooks
NUMBERED = $(patsubst notebooks/source/%.py,notebooks/%.ipynb,$(wildcard notebooks/source/[1-9]_*.py))
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab setup test test-lowest check notebooks notebooks-zh notebooks-en site bench clean

lab: setup
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=. notebooks/1_dnn_step_by_step.ipynb

setup: $(VENV)/installed
	@$(BIN)/python check_setup.py

$(VENV)/installed: requirements.txt $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make lab PYTHON=/path/to/python3.11 / 需要 Python 3.11 或更新的版本"; exit 1; }
	@echo "Installing the packages, which takes a minute or two / 正在安装软件包，需要一两分钟"
	$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

$(VENV)/cluster: requirements-cluster.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $< $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

$(VENV)/site: requirements-site.txt $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $< $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
	touch $@

# two workers share the cores, so each notebook's NumPy uses one thread
test: setup $(VENV)/cluster $(VENV)/site
	$(BIN)/ruff check .
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --nbval -n auto --dist loadscope -q -rs $(PYTEST)

test-lowest:
	$(MAKE) test VENV=.venv-lowest CONSTRAINTS=constraints-lowest.txt

check: setup
	@$(BIN)/python -m grader check $(NUMBERED) || test $$? -eq 1

notebooks: setup
	$(BIN)/python notebooks/source/build.py

notebooks-zh: setup
	$(call one-language,zh,en)

notebooks-en: setup
	$(call one-language,en,zh)

define one-language
	@if [ -d $(COPIES)/$(1) ]; then kept=$(COPIES)/$(1)-$$(date +%Y%m%d-%H%M%S); mv $(COPIES)/$(1) $$kept; \
	  echo "The earlier copies are kept in $$kept / 原来的副本保存在 $$kept"; fi
	$(BIN)/jupyter nbconvert --to notebook --output-dir $(COPIES)/$(1) --TagRemovePreprocessor.enabled=True \
	  --TagRemovePreprocessor.remove_cell_tags=lang-$(2) $(NUMBERED)
endef

# REPOSITORY and TAG: where the links of the pages lead, if not to what pyproject.toml says
site: setup $(VENV)/site
	@$(BIN)/python docs/make_site.py $(if $(REPOSITORY),--repository $(REPOSITORY)) $(if $(TAG),--tag $(TAG))

bench: setup $(VENV)/cluster
	$(BIN)/python bench/run.py
	$(BIN)/python bench/grader.py
	$(BIN)/python bench/mutation.py --every 10
	$(BIN)/python bench/classroom.py

clean:
	rm -rf .venv .venv-lowest .pytest_cache .ruff_cache .hypothesis .site site
	find . -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf
