"""What a teacher sees while a class is graded: a bar in a terminal, a line now and then elsewhere, and how it ended."""

import sys
import time
from pathlib import Path

from ..text import clean, in_words

OUTCOMES = {  # outcome -> its name in both languages
    "graded": ("评了分", "graded"), "unreadable": ("读不了", "unreadable"), "failed": ("评分失败", "failed"),
    "known": ("以前评过", "graded before"),
}
EVERY = 5  # seconds between lines where there is no terminal


class ClassScreen:
    """Shows how the grading of a class goes on; lang: zh, en or both."""

    def __init__(self, lang):
        self.lang, self.bar, self.task, self.total = lang, None, None, 0
        self.started = self.told = 0.0
        self.done = 0

    def words(self, zh, en):
        """Return a text in the language(s) chosen."""
        return in_words(self.lang, zh, en)

    def say(self, zh, en):
        """Write one line."""
        print(clean(self.words(zh, en)), flush=True)

    def waits(self, busy):
        """Say that another command is at work in the folder."""
        self.say(f"{busy.text.zh}；等它结束，按 Ctrl-C 离开", f"{busy.text.en}; waiting for it to end, Ctrl-C to leave")

    def begins(self, total, settings):
        """Show that grading begins."""
        self.total, self.started = total, time.monotonic()
        self.told = self.started
        where = ("在沙箱里", "in a sandbox") if settings.sandboxed else ("没有沙箱", "NOT SANDBOXED")
        self.say(f"{total} 份作业，{where[0]}，随机种子 {settings.seed}", f"{total} files, {where[1]}, seed {settings.seed}")
        if sys.stdout.isatty():
            self._begin_bar()

    def _begin_bar(self):
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.fields[counts]}"))
        self.task = self.bar.add_task("", total=self.total, rate="", counts="")
        self.bar.start()

    def moved(self, counts):
        """Show that one more file is done; counts: by outcome."""
        self.done = sum(counts.values())
        passed = time.monotonic() - self.started
        rate = (self.done - counts["known"]) / max(passed, 1e-9)
        if self.bar:
            self.bar.update(self.task, completed=self.done, rate=f"{rate:.1f}/s", counts=self.counted(counts))
        elif time.monotonic() - self.told > EVERY and self.done < self.total:
            self.told = time.monotonic()
            left = (self.total - self.done) / max(rate, 1e-9)
            self.say(f"{self.done}/{self.total}，每秒 {rate:.1f} 份，大约还要 {left:.0f} 秒",
                     f"{self.done}/{self.total}, {rate:.1f} a second, about {left:.0f} s left")

    def counted(self, counts):
        """Return the counts by outcome as text."""
        comma = "，" if self.lang == "zh" else ", "
        return comma.join(f"{self.words(*OUTCOMES[outcome])} {counts[outcome]}" for outcome in OUTCOMES if counts[outcome])

    def ends(self, counts):
        """Show that all is graded."""
        self.stops()
        passed = time.monotonic() - self.started
        print(f"{passed:.1f} s: {self.counted(counts)}", flush=True)

    def stopped(self):
        """Say how to go on after Ctrl-C."""
        self.stops()
        self.say(f"已停止：评过的都保存下来了（{self.done}/{self.total}）；再运行同一个命令就接着评，加上 --only-report 就只写报告",
                 f"stopped: what was graded is kept ({self.done}/{self.total}); the same command goes on, with --only-report it writes the reports only")

    def stops(self):
        """Put the bar away."""
        if self.bar:
            self.bar.stop()
            self.bar = None

    def writes(self):
        """Show that the reports are being written."""
        self.say("正在写报告", "writing the reports")

    def ignored(self, names):
        """Say which files at the top are no notebooks."""
        shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
        if names:
            self.say(f"不是笔记本、没有评分的文件：{len(names)} 个（{shown}）", f"not notebooks, not graded: {len(names)} files ({shown})")

    def compares(self, grades, settings, students):
        """Say which grades were made in another way than this run makes them, and of how many students nothing is handed in now."""
        ways = (
            ("评分程序的另一个版本", "another version of the grader", lambda one: one.version != settings.version),
            ("另一个随机种子", "another seed", lambda one: one.seed != settings.seed),
            ("没有沙箱", "no sandbox", lambda one: settings.sandboxed and not one.sandboxed),
        )
        for zh, en, differs in ways:
            if others := sum(differs(one) for one in grades if one.result):
                self.say(f"{others} 份成绩是以前评的（{zh}）；加上 --again 全部重评", f"{others} grades are from before ({en}); --again grades all anew")
        if gone := len({one.student for one in grades} - students):
            self.say(f"有 {gone} 个学生的成绩是以前评的，这次没有他们的作业", f"{gone} students have grades from before and handed in nothing this time")

    def wrote(self, folder, grades, concerns):
        """Say where the reports are, and who needs a look; concerns: how many notebooks."""
        folder = Path(folder)
        if concerns:
            self.say(f"需要看一看的有 {concerns} 份，报告里列出了原因", f"{concerns} notebook{'s need' if concerns > 1 else ' needs'} a look; the report says why")
        self.say(f"报告：{folder / 'report.html'}；成绩表：{folder / 'grades.csv'}；给学生的反馈：{folder / 'feedback'}",
                 f"report: {folder / 'report.html'}; table: {folder / 'grades.csv'}; for the students: {folder / 'feedback'}")
