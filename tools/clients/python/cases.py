"""Runs the cases of the Python SDK against a running server, and prints a line of JSON for each.

    python cases.py --version
    python cases.py '{"url": ..., "lostUrl": ..., "freshUrl": ..., "idleUrl": ..., "vaultUrl": ..., "identityUrl": ..., "ekmProxyUrl": ..., "environment": ..., "ca": ..., "proxy": ..., "authority": ..., "container": ..., "sas": ..., "wanted": ...}'
"""

import json
import re
import sys
import traceback
import warnings

import backup_cases
import claims_challenge_cases
import cryptography_cases
import external_key_cases
import identity_cases
import key_client_cases
import preview_cases
import role_cases
import security_domain_cases
from azure.keyvault.keys import __version__
from scene import CASES, Scene

MODULES = (
    key_client_cases,
    cryptography_cases,
    identity_cases,
    claims_challenge_cases,
    role_cases,
    security_domain_cases,
    backup_cases,
    preview_cases,
    external_key_cases,
)


def fault_of(run, scene):
    """What is wrong, with the line that found it."""
    try:
        run(scene)
    except Exception as error:  # Whatever it is, the other cases go on.
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename.endswith("_cases.py")]
        where = f"{own[-1].name} at {own[-1].lineno}: {own[-1].line}" if own else ""
        return f"{where}\n{type(error).__name__}: {error}"
    return None


def main(argument):
    if argument == "--version":
        print(__version__)
        return
    warnings.simplefilter("ignore")
    config = json.loads(argument)
    scene = Scene(config)
    for title, run in CASES:
        if re.search(config["wanted"], title):
            fault = fault_of(run, scene)
            print(json.dumps({"title": title, **({"fault": fault} if fault else {})}), flush=True)


main(sys.argv[1])
