from importlib.metadata import version

VERSION = version("cxloop-client")
