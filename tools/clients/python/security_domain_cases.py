"""Every method of SecurityDomainClient, from an HSM that is not activated to one that replaces it."""

import json

from azure.keyvault.keys import KeyClient
from scene import case, equal, refused
from security_domain import WrappingKey, make_upload, open_domain

try:
    from azure.keyvault.securitydomain import SecurityDomainClient
    from azure.keyvault.securitydomain.models import CertificateInfo, SecurityDomain
except ImportError:
    SecurityDomainClient = None

KEYS = [WrappingKey(f"officer {number}") for number in (1, 2, 3)]


def domain_case(title):
    """A case for a Python that has the client."""
    return case(title) if SecurityDomainClient else lambda run: run


def clients(scene, url):
    return (
        SecurityDomainClient(url, scene.credential, **scene.options),
        KeyClient(url, scene.credential, **scene.options),
    )


@domain_case("an HSM that is not activated takes nothing but its security domain")
def _(scene):
    domain, keys = clients(scene, scene.idle_url)
    refused(403, "Forbidden", lambda: list(keys.list_properties_of_keys()))
    equal(domain.get_download_status().status, "Failed")
    equal(domain.get_upload_status().status, "Failed")
    refused(
        400,
        "BadParameter",
        lambda: domain.begin_download(CertificateInfo(certificates=[], required=2)),
    )


@domain_case("begin_download activates, get_transfer_key and begin_upload replace a lost HSM")
def _(scene):
    domain, keys = clients(scene, scene.lost_url)
    info = {"certificates": [key.jwk() for key in KEYS], "required": 2}
    poller = domain.begin_download(info)
    text = poller.result().value
    equal(domain.get_download_status().status, "Success")
    equal(domain.get_download_status().status_details, "The resource is active.")
    created = keys.create_ec_key("orders", curve="P-256")
    backup = keys.backup_key("orders")

    fresh, restored = clients(scene, scene.fresh_url)
    refused(403, "Forbidden", lambda: restored.restore_key_backup(backup))
    transfer = fresh.get_transfer_key()
    equal(transfer.key_format, "jwk")
    items = open_domain(text, [KEYS[2], KEYS[0]])
    equal(sorted(items), ["base_enclave_backup", "hsm_backup", "partition_enclave_backup"])
    upload = SecurityDomain(value=make_upload(items, json.loads(transfer.transfer_key)))
    fresh.begin_upload(upload).result()
    equal(fresh.get_upload_status().status, "Success")
    equal(restored.restore_key_backup(backup).key.x, created.key.x)
    refused(409, "Conflict", fresh.get_transfer_key)


@domain_case("begin_download without polling gives the domain of an HSM in use")
def _(scene):
    domain, _ = clients(scene, scene.url)
    info = {"certificates": [key.jwk() for key in KEYS], "required": 3}
    text = domain.begin_download(info, skip_activation_polling=True).result().value
    equal(json.loads(text)["SharedKeys"]["required"], 3)
    equal(len(open_domain(text, KEYS)), 3)
