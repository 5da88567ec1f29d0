#!/usr/bin/env python3
"""An import of many papers in which workers and the importer itself are killed.

    python3 benches/kill_import.py [--number 1000] [--every 4] [--parents 3]
                                   [--full-disk] [--program target/release/vanthu]

A page worker gets SIGKILL every few seconds, the importer as a whole a few times,
spread over the run; each time the same command is given again. With --full-disk
the archive lies on a small disk of its own (tmpfs; the script starts itself in a
namespace where it may mount one) that has room for a third of the papers, and is
made larger when the import has told that it is full. At the end:
every paper must be there once, with its page read, `vanthu verify` must find
nothing, and the search must find all. Exit code 1 when not.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing

HERE = pathlib.Path(__file__).resolve().parent
DISK_FULL = 5


def workers_of(parent: int) -> list[int]:
    try:
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text()
    except OSError:
        return []
    found = [int(child) for child in children.split()]
    # Workers are started by any thread of the importer.
    for task in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            pass
    return sorted(set(found))


def n_read(archive: pathlib.Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{archive}/catalogue.sqlite?mode=ro", uri=True)) as catalogue:
            return catalogue.execute("SELECT count(*) FROM documents WHERE state = 'read'").fetchone()[0]
    except sqlite3.Error:
        return 0


def check(program: str, archive: pathlib.Path, papers: list[pathlib.Path]) -> list[str]:
    wrong = []
    expected = {hashlib.sha256(paper.read_bytes()).hexdigest() for paper in papers}
    with closing(sqlite3.connect(f"file:{archive}/catalogue.sqlite?mode=ro", uri=True)) as catalogue:
        rows = catalogue.execute("SELECT sha256, state FROM documents").fetchall()
        pages = catalogue.execute(
            "SELECT count(*), count(DISTINCT document_id), sum(state = 'done'), min(word_count) FROM pages"
        ).fetchone()
        failures = catalogue.execute("SELECT count(*) FROM failures").fetchone()[0]
    if sorted(sha for sha, _ in rows) != sorted(expected):
        wrong.append(f"{len(rows)} documents, {len(expected)} papers")
    if any(state != "read" for _, state in rows):
        wrong.append("documents that are not read")
    if pages[:3] != (len(expected),) * 3 or not pages[3]:
        wrong.append(f"pages, documents with pages, pages read, fewest words: {pages}")
    if failures:
        wrong.append(f"{failures} failures")
    verify = subprocess.run([program, "verify", "--archive", archive], capture_output=True, text=True)
    if verify.returncode != 0 or "harmless" in verify.stdout:
        wrong.append(verify.stdout)
    search = subprocess.run(
        [program, "search", "tuyên truyền", "--archive", archive, "--format", "json"],
        capture_output=True, text=True,
    )
    found = json.loads(search.stdout)
    if found["total"] != len(expected):
        wrong.append(f"the search finds {found['total']} papers")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--every", type=float, default=4)
    parser.add_argument("--parents", type=int, default=3)
    parser.add_argument("--full-disk", action="store_true")
    parser.add_argument("--program", default="target/release/vanthu")
    args = parser.parse_args()
    if args.full_disk and "IN_NAMESPACE" not in os.environ:
        os.environ["IN_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "-rm", sys.executable, *sys.argv])
    random.seed(1)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        scans, disk = folder / "scans", folder / "disk"
        subprocess.run([sys.executable, HERE / "small_papers.py", str(args.number), scans], check=True)
        papers = sorted(scans.iterdir())
        size = sum(paper.stat().st_size for paper in papers)
        disk.mkdir()
        if args.full_disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size // 3}", "disk", disk], check=True)
        archive = disk / "archive"
        command = [args.program, "import", scans, "--archive", archive, "--progress", "none"]
        killed_workers = killed_parents = n_full = 0
        start = time.monotonic()
        while True:
            importer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            next_kill = time.monotonic() + args.every
            while importer.poll() is None:
                time.sleep(0.1)
                share = (killed_parents + 1) / (args.parents + 1)
                if killed_parents < args.parents and n_read(archive) >= share * args.number:
                    importer.send_signal(signal.SIGKILL)
                    importer.wait()
                    killed_parents += 1
                elif time.monotonic() >= next_kill:
                    next_kill += args.every
                    workers = workers_of(importer.pid)
                    if workers:
                        os.kill(random.choice(workers), signal.SIGKILL)
                        killed_workers += 1
            told = importer.stderr.read()
            if importer.returncode == DISK_FULL and "is full" in told:
                n_full += 1
                subprocess.run(["mount", "-o", f"remount,size={4 * size}", disk], check=True)
            elif importer.returncode >= 0:
                break
        seconds = time.monotonic() - start
        wrong = check(args.program, archive, papers)
        print(f"papers           {len(papers)}")
        print(f"seconds          {seconds:.0f}")
        print(f"workers killed   {killed_workers}")
        print(f"importers killed {killed_parents}")
        print(f"disk full        {n_full} times")
        print(f"last exit code   {importer.returncode} {told.strip()}")
        print("outcome          " + ("; ".join(wrong) or "nothing lost, nothing doubled, verify clean"))
        if args.full_disk:
            subprocess.run(["umount", "-l", disk], check=True)
        return 1 if wrong or importer.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
