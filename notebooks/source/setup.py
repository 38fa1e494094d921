# Finds the course's modules: beside this notebook, in a folder above it, or, on Colab only, in a copy fetched here.
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY, TAG = "$repository", "$tag"
NEEDED = ["dnn_utils.py", "course.py", "figures.py", "grader"]

on_colab = "google.colab" in sys.modules
folders = [Path.cwd(), *Path.cwd().parents, *(sorted(Path.cwd().glob("*/")) if on_colab else [])]
found = [folder for folder in folders if all((folder / name).exists() for name in NEEDED)]
if not found and on_colab:
    fetched = Path.cwd() / REPOSITORY.rpartition("/")[2]
    command = ["git", "clone", "--quiet", "--depth=1", f"--branch={TAG}", REPOSITORY, str(fetched)]
    git = subprocess.run(command, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"}, capture_output=True, text=True)
    if git.returncode:
        raise ModuleNotFoundError(
            f"could not fetch {REPOSITORY} at {TAG}: {git.stderr.strip()}\n"
            "If the address opens in your browser, run this cell again. If not, upload the course as a ZIP file\n"
            "to the left, run !unzip -q NAME.zip in a cell, and then this cell again.\n"
            f"没能获取 {REPOSITORY}（版本 {TAG}）。如果浏览器打得开这个地址，就再运行一次这个单元格；\n"
            "打不开，就把课程的 ZIP 文件上传到左边的文件栏，在一个单元格里运行 !unzip -q 文件名.zip，再运行这个单元格。")
    found = [fetched]
if not found:
    raise ModuleNotFoundError(
        f"no folder with {', '.join(NEEDED)}: neither {Path.cwd()} nor one above it has them all.\n"
        f"Get the whole course from {REPOSITORY}\n"
        "or from whoever gave you this notebook, and open the notebook in the folder notebooks of the course.\n"
        f"{Path.cwd()} 和它上面的文件夹里，都没有凑齐 {'、'.join(NEEDED)}。\n"
        f"请从 {REPOSITORY}\n"
        "或者给你这份笔记本的人那里取得整个课程，再打开其中 notebooks 文件夹里的笔记本。")
sys.path.insert(0, str(found[0]))  # a notebook is run in a folder of its own

import course
import figures
from grader.cells import check, hint, solution

course.start()  # a cell that needs an exercise not filled in yet will say so and wait
figures.use_style()
