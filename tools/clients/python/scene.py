"""What every case has: clients of a server, a credential that is worth nothing, and a way to say what is refused."""

import itertools
import time

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient
from attestation import token_of
from cryptography.hazmat.primitives.serialization import load_pem_private_key

CASES = []


def case(title):
    """Makes a function a case. It gets a scene, and raises where something is wrong."""

    def add(run):
        CASES.append((title, run))
        return run

    return add


class Credential:
    """Any token will do. It remembers what was asked for."""

    def __init__(self):
        self.scopes = []

    def get_token(self, *scopes, **_):
        self.scopes.append(scopes)
        return AccessToken("of-nobody", int(time.time()) + 3600)


class Scene:
    """A server with an HSM, another with a vault, clients of both, and a server that gives the only tokens it accepts."""

    numbers = itertools.count()

    def __init__(self, config):
        self.url = config["url"]
        self.vault_url = config["vaultUrl"]
        self.identity_url = config["identityUrl"]
        self.environment = config["environment"]
        # What the first asks for external keys.
        self.ekm_proxy_url = config["ekmProxyUrl"]
        # What cases keep for others.
        self.kept = {}
        # HSMs that are not activated: one to be lost, one to replace it, one that stays so.
        self.lost_url = config["lostUrl"]
        self.fresh_url = config["freshUrl"]
        self.idle_url = config["idleUrl"]
        # A container of a blob storage, and a signature for it.
        self.container = config["container"]
        self.sas = config["sas"]
        self.ca = config["ca"]
        self.proxy = config["proxy"]
        self.authority = load_pem_private_key(config["authority"].encode(), None)
        self.credential = Credential()
        # The address is no name under managedhsm.azure.net, which the client wants the challenge to be for.
        self.options = {"connection_verify": self.ca, "verify_challenge_resource": False}
        self.client = KeyClient(self.url, self.credential, **self.options)
        self.vault = KeyClient(self.vault_url, self.credential, **self.options)

    def name(self):
        """A name that no other case has."""
        return f"key-{next(self.numbers)}"

    def token_for(self, **claims):
        """A token of the attestation authority that the HSM believes."""
        return token_of(self.authority, **claims)

    def local(self, key):
        """As a user has it: what the client can do with the public key it does itself, with OpenSSL."""
        return CryptographyClient(key, self.credential, **self.options)

    def remote(self, key):
        """One that leaves everything to the HSM: it believes that it has asked for the key and was refused."""
        client = CryptographyClient(key.id, self.credential, **self.options)
        client._initialized = True
        return client


def refused(status, code, run):
    """Raises unless the service refuses with this status and this code."""
    try:
        answer = run()
    except HttpResponseError as error:
        got = (error.status_code, error.error.code if error.error else None)
        assert got == (status, code), f"expected {(status, code)}, got {got}: {error.message}"
        return error
    raise AssertionError(f"expected {(status, code)}, got {answer!r}")


def equal(got, expected):
    """Raises with both values."""
    assert got == expected, f"expected {expected!r}, got {got!r}"
