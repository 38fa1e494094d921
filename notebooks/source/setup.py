import sys
from pathlib import Path

for folder in [Path.cwd(), *Path.cwd().parents]:
    if (folder / "dnn_utils.py").exists():
        sys.path.insert(0, str(folder))
        break
else:
    raise ModuleNotFoundError("dnn_utils.py: not in this folder or above; keep the notebook inside the course folder / "
                              "找不到 dnn_utils.py：请把笔记本留在课程文件夹里")

import course
import figures
from grader.notebook import check, hint, solution

course.start()  # a cell that needs an exercise not filled in yet will say so and wait
figures.use_style()
