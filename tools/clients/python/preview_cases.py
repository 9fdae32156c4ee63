"""What previews of the API have and the SDK has no words for: send_request makes the request, with the client's own pipeline.

Where a method of the SDK passes on what it does not know, it is called with the api-version that has it.
"""

import hashlib
import json

from attestation import ENCLAVE, ISSUER, decoded
from azure.core.rest import HttpRequest
from azure.keyvault.keys import KeyClient, KeyReleasePolicy
from azure.keyvault.keys.crypto import CryptographyClient
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from keys import encoded
from scene import case, equal, refused

VERSION = "2026-05-01-preview"
MESSAGE = b"firmware 1.2"
CONTEXT = b"firmware"
SETS = {"ML-DSA-44": (1312, 2420), "ML-DSA-65": (1952, 3309), "ML-DSA-87": (2592, 4627)}


def send(scene, method, path, body=None, version=VERSION, client=None):
    """A request with the pipeline of the client; raises where the service refuses."""
    request = HttpRequest(method, f"{path}?api-version={version}", json=body)
    response = (client or scene.client).send_request(request)
    response.raise_for_status()
    return response.json()


def make(scene, alg="ML-DSA-44"):
    """Makes a key; its name and its JWK."""
    name = scene.name()
    return name, send(scene, "POST", f"/keys/{name}/create", {"kty": "AKP-HSM", "alg": alg})["key"]


def sign(scene, name, **body):
    return send(scene, "POST", f"/keys/{name}/sign", body)["value"]


def verify(scene, name, **body):
    return send(scene, "POST", f"/keys/{name}/verify", body)["value"]


def versioned(scene):
    """The SDK's own client with the version, which it takes without knowing it; and the options of such clients."""
    options = {**scene.options, "api_version": VERSION}
    return KeyClient(scene.url, scene.credential, **options), options


@case("send_request: ML-DSA keys of each parameter set are made, sign and verify")
def _(scene):
    for alg, (public, length) in SETS.items():
        name, key = make(scene, alg)
        equal((key["kty"], key["alg"], len(decoded(key["pub"]))), ("AKP-HSM", alg, public))
        value = sign(scene, name, value=encoded(MESSAGE))
        equal(len(decoded(value)), length)
        equal(verify(scene, name, digest=encoded(MESSAGE), value=value), True)
        equal(verify(scene, name, digest=encoded(CONTEXT), value=value), False)


@case("send_request: a key is imported from its seed, which never comes back")
def _(scene):
    name = scene.name()
    jwk = {"kty": "AKP", "alg": "ML-DSA-44", "priv": encoded(bytes(32))}
    key = send(scene, "PUT", f"/keys/{name}", {"key": jwk})["key"]
    equal((key["kty"], "priv" in key, len(decoded(key["pub"]))), ("AKP-HSM", False, 1312))


@case("send_request: a signature with a context, of µ computed with hashlib, is one of the message")
def _(scene):
    name, key = make(scene)
    digest = hashlib.shake_256(decoded(key["pub"])).digest(64)
    signed = digest + bytes([0, len(CONTEXT)]) + CONTEXT + MESSAGE
    value = sign(scene, name, external_mu=encoded(hashlib.shake_256(signed).digest(64)))
    question = {"digest": encoded(MESSAGE), "value": value}
    equal(verify(scene, name, **question, context=encoded(CONTEXT)), True)
    equal(verify(scene, name, **question), False)


@case("KeyClient with the api-version: get, back up, restore and rotate")
def _(scene):
    name, _ = make(scene)
    client, _ = versioned(scene)
    made = client.get_key(name)
    operations = [str(each) for each in made.key_operations]
    equal((made.key_type, operations), ("AKP-HSM", ["sign", "verify"]))
    backup = client.backup_key(name)
    client.begin_delete_key(name).wait()
    client.purge_deleted_key(name)
    equal(client.restore_key_backup(backup).id, made.id)
    equal(client.rotate_key(name).id == made.id, False)


@case("CryptographyClient with the api-version fails on the key type, unless it may not read the key")
def _(scene):
    name, _ = make(scene)
    client, options = versioned(scene)
    key_id = client.get_key(name).id
    cryptography = CryptographyClient(key_id, scene.credential, **options)
    try:
        cryptography.sign("ML-DSA-44", MESSAGE)
    except ValueError as error:
        equal("AKP-HSM" in str(error), True)
    else:
        raise AssertionError("it knows the type by now: say so in docs/clients/python.md")
    cryptography = CryptographyClient(key_id, scene.credential, **options)
    cryptography._initialized = True
    signature = cryptography.sign("ML-DSA-44", MESSAGE).signature
    equal(len(signature), 2420)
    equal(cryptography.verify("ML-DSA-44", MESSAGE, signature).is_valid, True)
    equal(cryptography.verify("ML-DSA-44", CONTEXT, signature).is_valid, False)


@case("the api-version that the client sends by default has no ML-DSA")
def _(scene):
    body = {"kty": "AKP-HSM", "alg": "ML-DSA-44"}
    path = f"/keys/{scene.name()}/create"
    default = scene.client.api_version
    refused(400, "BadParameter", lambda: send(scene, "POST", path, body, version=default))
    name, _ = make(scene)
    remote = CryptographyClient(f"{scene.url}/keys/{name}", scene.credential, **scene.options)
    remote._initialized = True
    refused(400, "BadParameter", lambda: remote.sign("ML-DSA-44", MESSAGE))


@case("send_request: no vault has ML-DSA or secure wrap")
def _(scene):
    body = {"kty": "AKP", "alg": "ML-DSA-44"}
    path = f"/keys/{scene.name()}/create"
    refused(400, "BadParameter", lambda: send(scene, "POST", path, body, client=scene.vault))
    key = scene.vault.create_rsa_key(scene.name(), size=2048)
    path = f"/keys/{key.name}/securewrapkey"
    wrap = {"alg": "RSA-OAEP-256"}
    refused(400, "BadParameter", lambda: send(scene, "POST", path, wrap, client=scene.vault))


@case("send_request: a key that the HSM makes reaches the attested enclave, and no other")
def _(scene):
    policy = {
        "version": "1.0.0",
        "anyOf": [{"authority": ISSUER, "allOf": [{"claim": "isDebuggable", "equals": False}]}],
    }
    name = scene.client.create_oct_key(
        scene.name(),
        size=256,
        hardware_protected=True,
        exportable=True,
        release_policy=KeyReleasePolicy(encoded_policy=json.dumps(policy).encode()),
    ).name
    wrapped = send(scene, "POST", f"/keys/{name}/securewrapkey", {"alg": "A256KW"})
    equal(len(decoded(wrapped["value"])), 40)

    def unwrap(debuggable):
        target = scene.token_for(isDebuggable=debuggable)
        body = {"alg": "A256KW", "value": wrapped["value"], "target": target}
        return send(scene, "POST", f"/keys/{name}/secureunwrapkey", body)

    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    key = ENCLAVE.decrypt(decoded(unwrap(False)["value"]), oaep)
    body = {"alg": "A256KW", "value": wrapped["value"]}
    equal(encoded(key), send(scene, "POST", f"/keys/{name}/unwrapkey", body)["value"])
    refused(403, "Forbidden", lambda: unwrap(True))
