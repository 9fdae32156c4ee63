"""External keys, which the SDK has no words for: what it leaves to the HSM and its EKM proxy, and what it does itself."""

import json
from urllib.request import ProxyHandler, build_opener

from azure.core.rest import HttpRequest
from azure.keyvault.keys.crypto import CryptographyClient, KeyWrapAlgorithm
from scene import case, equal, refused

VERSION = "2026-04-01"
SECRET = bytes(range(32))


def send(scene, method, path, body=None):
    request = HttpRequest(method, f"{path}?api-version={VERSION}", json=body)
    response = scene.client.send_request(request)
    response.raise_for_status()
    return response.json()


def asked(scene):
    """The operations that the EKM proxy was asked for since the last time."""
    with build_opener(ProxyHandler({})).open(f"{scene.ekm_proxy_url}/asked") as response:
        return [path.split("/")[-1] for path in json.load(response)]


def made(scene):
    """The names of an AES and of an RSA key. All cases use them, as an external key belongs to one version."""
    if "ekm" not in scene.kept:
        body = {"host": "ekm.contoso.com", "path_prefix": "/hsm1", "server_ca_certificates": []}
        send(scene, "POST", "/ekm/create", body)
        for name, id in (("external-aes", "aes-1"), ("external-rsa", "rsa-1")):
            send(scene, "POST", f"/keys/{name}/create", {"attributes": {"external_key": {"id": id}}})
        scene.kept["ekm"] = True
    asked(scene)
    return "external-aes", "external-rsa"


@case("send_request: the EKM connection is checked, and a key is created by a reference")
def _(scene):
    aes, rsa = made(scene)
    equal(send(scene, "POST", "/ekm/check")["proxy_name"], "Contoso Proxy 1")
    equal(send(scene, "GET", f"/keys/{aes}")["attributes"]["external_key"], {"id": "aes-1"})
    equal(asked(scene), ["info"])
    equal(scene.client.get_key(rsa).key_operations, ["wrapKey", "unwrapKey"])
    equal(asked(scene), [])


@case("wrap_key and unwrap_key with an external RSA key: it wraps with the public key, and the proxy unwraps")
def _(scene):
    _, rsa = made(scene)
    client = CryptographyClient(scene.client.get_key(rsa), scene.credential, **scene.options)
    for algorithm in (KeyWrapAlgorithm.rsa_oaep, KeyWrapAlgorithm.rsa_oaep_256):
        wrapped = client.wrap_key(algorithm, SECRET).encrypted_key
        equal(client.unwrap_key(algorithm, wrapped).key, SECRET)
        equal(asked(scene), ["unwrapkey"])


@case("wrap_key with an external AES key and the enumeration never reaches the HSM, and is lost")
def _(scene):
    aes, _ = made(scene)
    key = scene.client.get_key(aes)
    client = CryptographyClient(key, scene.credential, **scene.options)
    wrapped = client.wrap_key(KeyWrapAlgorithm.aes_256, SECRET).encrypted_key
    equal(client.unwrap_key(KeyWrapAlgorithm.aes_256, wrapped).key, SECRET)
    equal(asked(scene), [])
    other = CryptographyClient(key, scene.credential, **scene.options)
    refused(400, "BadParameter", lambda: other.unwrap_key("A256KW", wrapped))


@case("wrap_key and unwrap_key with an external AES key by the name of the algorithm: the proxy does both")
def _(scene):
    aes, _ = made(scene)
    client = scene.local(scene.client.get_key(aes))
    wrapped = client.wrap_key("A256KW", SECRET).encrypted_key
    equal(client.unwrap_key("A256KW", wrapped).key, SECRET)
    equal(asked(scene), ["wrapkey", "unwrapkey"])


@case("rotate_key and backup_key are refused for an external key")
def _(scene):
    aes, _ = made(scene)
    refused(400, "BadParameter", lambda: scene.client.rotate_key(aes))
    refused(400, "BadParameter", lambda: scene.client.backup_key(aes))
    equal(asked(scene), [])
