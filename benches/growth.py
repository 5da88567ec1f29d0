#!/usr/bin/env python3
"""How an import grows: pages a second and bytes a page for archives of any size.

    python3 benches/growth.py [--program target/release/vanthu] [--jobs 2] 50 500 5000

Each number of small papers (small_papers.py) goes into an archive of its own.
Prints a line a size: papers, pages a second, milliseconds of the processor a page
(all processes together), the same of the importer alone (cataloguing, extracting,
indexing), bytes of catalogue and index a page.
"""

import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent


def size_of(path: pathlib.Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def own_seconds(pid: int) -> float:
    """Processor seconds of a process without its children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="target/release/vanthu")
    parser.add_argument("--jobs", default="2")
    parser.add_argument("numbers", type=int, nargs="+")
    args = parser.parse_args()
    print("papers\tpages/s\tms/page\tms/page importer\tcatalogue B/page\tindex B/page")
    for number in args.numbers:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            subprocess.run([sys.executable, HERE / "small_papers.py", str(number), folder / "scans"], check=True)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.monotonic()
            command = [args.program, "import", folder / "scans", "--archive", folder / "archive"]
            importer = subprocess.Popen(command + ["--jobs", args.jobs, "--progress", "none"], stdout=subprocess.DEVNULL)
            own = 0.0

            def watch() -> None:
                nonlocal own
                while True:
                    try:
                        own = max(own, own_seconds(importer.pid))
                    except (OSError, IndexError):
                        return
                    time.sleep(0.1)

            watcher = threading.Thread(target=watch)
            watcher.start()
            if importer.wait() != 0:
                sys.exit("the import failed")
            watcher.join()
            seconds = time.monotonic() - start
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            catalogue = (folder / "archive" / "catalogue.sqlite").stat().st_size
            index = size_of(folder / "archive" / "index")
            print(
                f"{number}\t{number / seconds:.2f}\t{1000 * used / number:.0f}\t{1000 * own / number:.1f}"
                f"\t{catalogue / number:.0f}\t{index / number:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
