# Finds the course's modules: beside this notebook, in a folder above it, or, on Colab only, in a copy fetched here.
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY, TAG = "$repository", "$tag"

fetched = Path.cwd() / REPOSITORY.rpartition("/")[2]
folders = [Path.cwd(), *Path.cwd().parents, fetched]
found = [folder for folder in folders if (folder / "dnn_utils.py").exists() and (folder / "grader").exists()]
if not found and "google.colab" in sys.modules:
    command = ["git", "clone", "--quiet", "--depth=1", f"--branch={TAG}", REPOSITORY, str(fetched)]
    git = subprocess.run(command, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"}, capture_output=True, text=True)
    if git.returncode:
        raise ModuleNotFoundError(
            f"could not fetch {REPOSITORY} at {TAG}: {git.stderr.strip()}\n"
            "If the address opens in your browser, run this cell again;\n"
            "if not, upload the folder of the course to the left.\n"
            f"没能获取 {REPOSITORY}（版本 {TAG}）。\n"
            "如果浏览器打得开这个地址，就再运行一次这个单元格；打不开，就把课程文件夹上传到左边的文件栏。")
    found = [fetched]
if not found:
    raise ModuleNotFoundError(
        f"no dnn_utils.py and grader in {Path.cwd()} or a folder above it.\n"
        f"Download the whole course from {REPOSITORY}, and open this notebook in its folder notebooks.\n"
        f"在 {Path.cwd()} 和它上面的文件夹里，都没有 dnn_utils.py 和 grader。\n"
        f"请从 {REPOSITORY} 下载整个课程，再打开其中 notebooks 文件夹里的这份笔记本。")
sys.path.insert(0, str(found[0]))

import course
import figures
from grader.notebook import check, hint, solution

course.start()  # a cell that needs an exercise not filled in yet will say so and wait
figures.use_style()
