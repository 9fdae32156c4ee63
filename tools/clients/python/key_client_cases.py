"""Every method of KeyClient, and what it is refused."""

import asyncio
import json
from datetime import datetime, timedelta, timezone

from azure.core.exceptions import (
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.keyvault.keys import (
    ApiVersion,
    JsonWebKey,
    KeyClient,
    KeyReleasePolicy,
    KeyRotationLifetimeAction,
    KeyRotationPolicy,
    KeyRotationPolicyAction,
)
from azure.keyvault.keys.aio import KeyClient as AsyncKeyClient
from azure.keyvault.keys.crypto import SignatureAlgorithm
from azure.keyvault.keys.crypto.aio import CryptographyClient as AsyncCryptographyClient
from attestation import open_release
from keys import EC_KEYS, RSA_KEY, ec_jwk, rsa_jwk, transfer_blob
from scene import case, equal, refused

UTC = timezone.utc
JANUARY = datetime(2030, 1, 1, tzinfo=UTC)
MUCH_LATER = datetime(2050, 1, 1, tzinfo=UTC)

# Creation.


@case("create_key makes an RSA key of a Managed HSM, and shows no private member")
def _(scene):
    key = scene.client.create_key(scene.name(), "RSA")
    equal(key.key_type, "RSA-HSM")
    equal(len(key.key.n), 256)
    equal(key.key.e, b"\x01\x00\x01")
    equal([key.key.d, key.key.p, key.key.q, key.key.dp, key.key.dq, key.key.qi], [None] * 6)
    equal(
        sorted(key.key_operations),
        sorted(["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"]),
    )


@case("create_key takes every option")
def _(scene):
    key = scene.client.create_key(
        scene.name(),
        "RSA-HSM",
        size=3072,
        key_operations=["sign", "verify"],
        enabled=False,
        not_before=JANUARY,
        expires_on=MUCH_LATER,
        tags={"ä": "ö", "empty": ""},
        public_exponent=17,
    )
    equal(len(key.key.n), 384)
    equal(key.key.e, b"\x11")
    equal(sorted(key.key_operations), ["sign", "verify"])
    equal(key.properties.enabled, False)
    equal(key.properties.not_before, JANUARY)
    equal(key.properties.expires_on, MUCH_LATER)
    equal(key.properties.tags, {"ä": "ö", "empty": ""})


@case("create_rsa_key takes size, hardware_protected and public_exponent")
def _(scene):
    key = scene.client.create_rsa_key(
        scene.name(), size=4096, hardware_protected=True, public_exponent=3
    )
    equal((key.key_type, len(key.key.n), key.key.e), ("RSA-HSM", 512, b"\x03"))


for curve, width in [("P-256", 32), ("P-384", 48), ("P-521", 66), ("P-256K", 32)]:

    @case(f"create_ec_key makes a key on {curve}")
    def _(scene, curve=curve, width=width):
        key = scene.client.create_ec_key(scene.name(), curve=curve)
        equal((key.key_type, key.key.crv), ("EC-HSM", curve))
        equal((len(key.key.x), len(key.key.y), key.key.d), (width, width, None))


for size in [128, 192, 256]:

    @case(f"create_oct_key makes a key of {size} bits, and shows nothing of it")
    def _(scene, size=size):
        key = scene.client.create_oct_key(scene.name(), size=size)
        equal((key.key_type, key.key.k), ("oct-HSM", None))


@case("create_key makes a new version of a name that is there")
def _(scene):
    name = scene.name()
    first = scene.client.create_key(name, "EC", tags={"a": "b"})
    second = scene.client.create_key(name, "EC", curve="P-384")
    assert first.properties.version != second.properties.version
    equal((second.key.crv, second.properties.tags), ("P-384", None))


@case("create_key is refused a size that there is not")
def _(scene):
    refused(400, "BadParameter", lambda: scene.client.create_rsa_key(scene.name(), size=1024))


@case("create_key is refused a name with an underscore")
def _(scene):
    # The client of some versions refuses it itself, before it asks anybody.
    try:
        refused(400, "BadParameter", lambda: scene.client.create_key("a_b", "EC"))
    except ValueError:
        pass


@case("a vault makes software keys and keys of its HSM, and no symmetric ones")
def _(scene):
    equal(scene.vault.create_rsa_key(scene.name()).key_type, "RSA")
    equal(scene.vault.create_ec_key(scene.name()).key_type, "EC")
    equal(scene.vault.create_rsa_key(scene.name(), hardware_protected=True).key_type, "RSA-HSM")
    error = refused(400, "BadParameter", lambda: scene.vault.create_oct_key(scene.name()))
    equal(error.error.innererror["code"], "KeyTypeNotSupported")


# Import.


@case("import_key takes an RSA key")
def _(scene):
    key = scene.client.import_key(scene.name(), rsa_jwk(), tags={"a": "b"}, enabled=False)
    equal(key.key.n, rsa_jwk().n)
    equal((key.key_type, key.key.d, key.properties.enabled), ("RSA-HSM", None, False))


for curve in EC_KEYS:

    @case(f"import_key takes a key on {curve}")
    def _(scene, curve=curve):
        key = scene.client.import_key(scene.name(), ec_jwk(curve))
        equal((key.key_type, key.key.crv), ("EC-HSM", curve))
        equal((key.key.x, key.key.y, key.key.d), (ec_jwk(curve).x, ec_jwk(curve).y, None))


@case("import_key takes a symmetric key")
def _(scene):
    jwk = JsonWebKey(kty="oct-HSM", k=bytes(range(32)), key_ops=["encrypt", "decrypt"])
    key = scene.client.import_key(scene.name(), jwk)
    equal((key.key_type, sorted(key.key_operations)), ("oct-HSM", ["decrypt", "encrypt"]))


@case("import_key in a vault: software unless hardware_protected")
def _(scene):
    equal(scene.vault.import_key(scene.name(), rsa_jwk()).key_type, "RSA")
    hardware = scene.vault.import_key(scene.name(), rsa_jwk(), hardware_protected=True)
    equal(hardware.key_type, "RSA-HSM")


@case("import_key takes a transfer blob that OpenSSL wrapped for a KEK of the HSM")
def _(scene):
    kek = scene.client.create_rsa_key(scene.name(), key_operations=["import"])
    jwk = JsonWebKey(kty="RSA-HSM", t=transfer_blob(kek, RSA_KEY))
    equal(scene.client.import_key(scene.name(), jwk).key.n, rsa_jwk().n)


@case("import_key is refused numbers that do not belong together")
def _(scene):
    jwk = rsa_jwk()
    jwk.dp = bytes(len(jwk.dp))
    refused(400, "BadParameter", lambda: scene.client.import_key(scene.name(), jwk))


# Reading, listing and changing.


@case("get_key finds the latest version, and a version")
def _(scene):
    name = scene.name()
    first = scene.client.create_ec_key(name)
    second = scene.client.create_ec_key(name)
    equal(scene.client.get_key(name).id, second.id)
    equal(scene.client.get_key(name, first.properties.version).id, first.id)
    equal(scene.client.get_key(name.upper()).id, second.id)


@case("get_key does not find what is not there")
def _(scene):
    error = refused(404, "KeyNotFound", lambda: scene.client.get_key("nobodys"))
    assert isinstance(error, ResourceNotFoundError)
    assert f"Key not found: {scene.url}/keys/nobodys (Activity ID: " in error.message, error.message


@case("list_properties_of_keys lists 27 keys on as many pages as asked for")
def _(scene):
    names = sorted(scene.name() for _ in range(27))
    for name in names:
        scene.vault.create_ec_key(name)
    listed = [item.name for item in scene.vault.list_properties_of_keys()]
    equal(sorted(set(names) & set(listed)), names)
    equal(len(listed), len(set(listed)))
    pages = list(scene.vault.list_properties_of_keys(max_page_size=10).by_page())
    equal(sorted(item.name for page in pages for item in page), sorted(listed))


@case("list_properties_of_key_versions lists all versions over pages")
def _(scene):
    name = scene.name()
    made = {scene.client.create_ec_key(name).properties.version for _ in range(5)}
    pages = scene.client.list_properties_of_key_versions(name, max_page_size=2).by_page()
    lengths = [[item.version for item in page] for page in pages]
    equal([len(page) for page in lengths], [2, 2, 1])
    equal({version for page in lengths for version in page}, made)
    equal(list(scene.client.list_properties_of_key_versions("nobodys")), [])


@case("update_key_properties changes what is named and nothing else")
def _(scene):
    name = scene.name()
    first = scene.client.create_rsa_key(name, tags={"a": "b"})
    scene.client.create_rsa_key(name)
    version = first.properties.version
    changed = scene.client.update_key_properties(
        name, version, enabled=False, expires_on=MUCH_LATER, key_operations=["sign"]
    )
    equal(changed.id, first.id)
    equal((changed.properties.enabled, changed.key_operations), (False, ["sign"]))
    equal((changed.properties.expires_on, changed.properties.tags), (MUCH_LATER, {"a": "b"}))
    equal(scene.client.update_key_properties(name, tags={"c": "d"}).properties.tags, {"c": "d"})
    equal(scene.client.get_key(name, version).properties.tags, {"a": "b"})
    refused(404, "KeyNotFound", lambda: scene.client.update_key_properties("nobodys", enabled=True))


# Deletion.


@case("begin_delete_key, get_deleted_key, list_deleted_keys, begin_recover_deleted_key")
def _(scene):
    name = scene.name()
    key = scene.client.create_ec_key(name)
    poller = scene.client.begin_delete_key(name)
    deleted = poller.result()
    poller.wait()
    equal((deleted.id, deleted.name), (key.id, name))
    equal(deleted.recovery_id, f"{scene.url}/deletedkeys/{name}")
    equal(deleted.scheduled_purge_date - deleted.deleted_date, timedelta(days=90))
    equal(scene.client.get_deleted_key(name).id, key.id)
    assert name in [item.name for item in scene.client.list_deleted_keys()]
    refused(404, "KeyNotFound", lambda: scene.client.get_key(name))
    refused(404, "KeyNotFound", lambda: scene.client.begin_delete_key(name))
    conflict = refused(409, "Conflict", lambda: scene.client.create_ec_key(name))
    assert isinstance(conflict, ResourceExistsError)
    equal(conflict.error.innererror["code"], "ObjectIsDeletedButRecoverable")
    recovering = scene.client.begin_recover_deleted_key(name)
    recovering.wait()
    equal(recovering.result().id, key.id)
    equal(scene.client.get_key(name).id, key.id)
    refused(404, "KeyNotFound", lambda: scene.client.get_deleted_key(name))
    refused(404, "KeyNotFound", lambda: scene.client.begin_recover_deleted_key(name))


@case("purge_deleted_key")
def _(scene):
    name = scene.name()
    key = scene.client.create_ec_key(name)
    refused(404, "KeyNotFound", lambda: scene.client.purge_deleted_key(name))
    scene.client.begin_delete_key(name).wait()
    equal(scene.client.purge_deleted_key(name), None)
    refused(404, "KeyNotFound", lambda: scene.client.get_deleted_key(name))
    assert scene.client.create_ec_key(name).id != key.id


# Backup.


@case("backup_key and restore_key_backup, with every version")
def _(scene):
    name = scene.name()
    first = scene.client.create_rsa_key(name, tags={"a": "b"})
    second = scene.client.create_ec_key(name)
    backup = scene.client.backup_key(name)
    assert isinstance(backup, bytes)
    refused(409, "Conflict", lambda: scene.client.restore_key_backup(backup))
    scene.client.begin_delete_key(name).wait()
    refused(409, "Conflict", lambda: scene.client.restore_key_backup(backup))
    scene.client.purge_deleted_key(name)
    equal(scene.client.restore_key_backup(backup).id, second.id)
    restored = scene.client.get_key(name, first.properties.version)
    equal((restored.key.n, restored.properties.tags), (first.key.n, {"a": "b"}))
    equal(restored.properties.created_on, first.properties.created_on)
    refused(404, "KeyNotFound", lambda: scene.client.backup_key("nobodys"))
    refused(
        400, "MalformedBackupBlob", lambda: scene.client.restore_key_backup(b"nobody's backup")
    )


# Rotation.


@case("rotate_key makes a version of the same kind")
def _(scene):
    name = scene.name()
    first = scene.client.create_ec_key(name, curve="P-521", tags={"a": "b"})
    second = scene.client.rotate_key(name)
    assert second.id != first.id and second.key.x != first.key.x
    equal((second.key.crv, second.properties.tags), ("P-521", {"a": "b"}))
    equal(scene.client.get_key(name).id, second.id)
    refused(404, "KeyNotFound", lambda: scene.client.rotate_key("nobodys"))


@case("get_key_rotation_policy and update_key_rotation_policy")
def _(scene):
    name = scene.name()
    scene.client.create_ec_key(name)
    equal(scene.client.get_key_rotation_policy(name).lifetime_actions, [])
    action = KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create="P90D")
    policy = KeyRotationPolicy(lifetime_actions=[action], expires_in="P1Y")
    updated = scene.client.update_key_rotation_policy(name, policy)
    equal(updated.id, f"{scene.url}/keys/{name}/rotationpolicy")
    equal(updated.expires_in, "P1Y")
    shown = scene.client.get_key_rotation_policy(name)
    equal(len(shown.lifetime_actions), 1)
    equal(shown.lifetime_actions[0].action, KeyRotationPolicyAction.rotate)
    equal(shown.lifetime_actions[0].time_after_create, "P90D")
    assert shown.created_on and shown.updated_on
    rotated = scene.client.rotate_key(name).properties
    equal(rotated.expires_on - rotated.created_on in {timedelta(365), timedelta(366)}, True)
    overridden = scene.client.update_key_rotation_policy(name, policy, expires_in="P2Y")
    equal(overridden.expires_in, "P2Y")
    short = KeyRotationPolicy(expires_in="P27D")
    refused(
        400, "BadParameter", lambda: scene.client.update_key_rotation_policy(name, short)
    )
    refused(404, "KeyNotFound", lambda: scene.client.get_key_rotation_policy("nobodys"))


@case("a vault shows a policy that notifies before expiry")
def _(scene):
    name = scene.name()
    scene.vault.create_ec_key(name)
    (action,) = scene.vault.get_key_rotation_policy(name).lifetime_actions
    equal((action.action, action.time_before_expiry), (KeyRotationPolicyAction.notify, "P30D"))


# Random octets, release and attestation.


@case("get_random_bytes")
def _(scene):
    equal(len(scene.client.get_random_bytes(1)), 1)
    once = scene.client.get_random_bytes(128)
    equal(len(once), 128)
    assert once != scene.client.get_random_bytes(128)
    refused(400, "BadParameter", lambda: scene.client.get_random_bytes(129))


def exportable(scene, create, **options):
    policy = {
        "version": "1.0.0",
        "anyOf": [
            {
                "authority": "https://attest.example",
                "allOf": [{"claim": "isDebuggable", "equals": False}],
            }
        ],
    }
    release_policy = KeyReleasePolicy(json.dumps(policy).encode(), immutable=True)
    return create(scene.name(), exportable=True, release_policy=release_policy, **options)


@case("release_key: the released RSA key signs as the HSM does")
def _(scene):
    key = exportable(scene, scene.client.create_rsa_key)
    equal((key.properties.exportable, key.properties.release_policy.immutable), (True, True))
    released = scene.client.release_key(key.name, scene.token_for(isDebuggable=False))
    private = open_release(released.value)
    equal(private.public_key().public_numbers().n, int.from_bytes(key.key.n, "big"))


@case("release_key of a version, with an algorithm and a nonce: the released EC key is the key")
def _(scene):
    key = exportable(scene, scene.client.create_ec_key, curve="P-384")
    released = scene.client.release_key(
        key.name,
        scene.token_for(isDebuggable=False, nonce="once"),
        version=key.properties.version,
        algorithm="RSA_AES_KEY_WRAP_256",
        nonce="once",
    )
    private = open_release(released.value, oaep="sha256")
    equal(private.public_key().public_numbers().x, int.from_bytes(key.key.x, "big"))


@case("release_key is refused where the claims do not meet the policy, and without a policy")
def _(scene):
    key = exportable(scene, scene.client.create_rsa_key)
    refused(
        403,
        "Forbidden",
        lambda: scene.client.release_key(key.name, scene.token_for(isDebuggable=True)),
    )
    plain = scene.client.create_ec_key(scene.name())
    refused(
        403,
        "Forbidden",
        lambda: scene.client.release_key(plain.name, scene.token_for(isDebuggable=False)),
    )


@case("an immutable release policy cannot be changed")
def _(scene):
    key = exportable(scene, scene.client.create_rsa_key)
    other = {"version": "1.0.0", "anyOf": [{"authority": "https://other.example", "anyOf": []}]}
    other["anyOf"][0]["anyOf"] = [{"claim": "a", "equals": "b"}]
    policy = KeyReleasePolicy(json.dumps(other).encode())
    refused(
        400,
        "BadParameter",
        lambda: scene.client.update_key_properties(key.name, release_policy=policy),
    )


@case("get_key_attestation")
def _(scene):
    name = scene.name()
    key = scene.client.create_rsa_key(name)
    attested = scene.client.get_key_attestation(name)
    equal(attested.id, key.id)
    attestation = attested.properties.attestation
    assert attestation.certificate_pem_file.startswith(b"-----BEGIN CERTIFICATE-----")
    assert attestation.private_key_attestation and attestation.public_key_attestation
    version = key.properties.version
    equal(scene.client.get_key_attestation(name, version=version).id, key.id)


# How the client is set up.


@case("the challenge is verified where the HSM has its name")
def _(scene):
    client = KeyClient(
        "https://contosomhsm.managedhsm.azure.net",
        scene.credential,
        connection_verify=scene.ca,
        proxies={"https": scene.proxy},
    )
    name = scene.name()
    key = client.create_ec_key(name)
    assert key.id.startswith(f"https://contosomhsm.managedhsm.azure.net/keys/{name}/"), key.id
    equal(scene.credential.scopes[-1], ("https://managedhsm.azure.net/.default",))


@case("the challenge is verified where the HSM has a name under localhost, with a port")
def _(scene):
    port = scene.url.rsplit(":", 1)[1]
    url = f"https://contosomhsm.localhost:{port}"
    client = KeyClient(
        url, scene.credential, connection_verify=scene.ca, proxies={"https": scene.proxy}
    )
    assert client.create_ec_key(scene.name()).id.startswith(f"{url}/keys/")
    equal(scene.credential.scopes[-1], (f"https://localhost:{port}/.default",))


@case("the challenge of an address is refused by a client that verifies it")
def _(scene):
    client = KeyClient(
        scene.url.replace("127.0.0.1", "localhost"), scene.credential, connection_verify=scene.ca
    )
    try:
        client.get_key("nobodys")
    except ValueError as error:
        assert "does not match the requested domain" in str(error), error
    else:
        raise AssertionError("it was not")


@case("plain HTTP is refused by the client itself")
def _(scene):
    client = KeyClient("http://127.0.0.1:9", scene.credential, verify_challenge_resource=False)
    try:
        client.get_key("nobodys")
    except ServiceRequestError as error:
        assert "not permitted for non-TLS" in str(error), error
    else:
        raise AssertionError("it was not")


@case("a certificate that is not trusted is refused by the client itself")
def _(scene):
    client = KeyClient(scene.url, scene.credential, verify_challenge_resource=False, retry_total=0)
    try:
        client.get_key("nobodys")
    except ServiceRequestError as error:
        assert "CERTIFICATE_VERIFY_FAILED" in str(error), error
    else:
        raise AssertionError("it was not")


for version in ApiVersion:

    @case(f"api-version {version.value}")
    def _(scene, version=version):
        client = KeyClient(scene.url, scene.credential, api_version=version, **scene.options)
        name = scene.name()
        key = client.create_rsa_key(name)
        equal(client.get_key(name).id, key.id)
        client.begin_delete_key(name).wait()
        client.purge_deleted_key(name)


@case("the asynchronous client")
def _(scene):
    class AsyncCredential:
        async def get_token(self, *scopes, **options):
            return scene.credential.get_token(*scopes, **options)

        async def close(self):
            pass

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            pass

    async def run():
        credential = AsyncCredential()
        async with AsyncKeyClient(scene.url, credential, **scene.options) as client:
            name = scene.name()
            key = await client.create_ec_key(name)
            async with AsyncCryptographyClient(key, credential, **scene.options) as cryptography:
                signed = await cryptography.sign(SignatureAlgorithm.es256, bytes(32))
                verified = await cryptography.verify(
                    SignatureAlgorithm.es256, bytes(32), signed.signature
                )
                equal(verified.is_valid, True)
            await client.delete_key(name)
            await client.purge_deleted_key(name)

    asyncio.run(run())
