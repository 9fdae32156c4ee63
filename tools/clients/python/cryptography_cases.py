"""Every method of CryptographyClient with every algorithm: what one side makes, OpenSSL undoes, and the other way round.

With a public key the client encrypts and verifies by itself, with OpenSSL; `scene.local` is such a client, `scene.remote`
one that leaves everything to the HSM. Where the private key is known here, OpenSSL is asked without any client between.
"""

import hashlib
import hmac
import os
from datetime import datetime, timezone

from azure.core.exceptions import AzureError
from azure.keyvault.keys import JsonWebKey
from azure.keyvault.keys.crypto import (
    CryptographyClient,
    EncryptionAlgorithm,
    KeyWrapAlgorithm,
    SignatureAlgorithm,
)
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from keys import EC_KEYS, RSA_KEY, ec_jwk, rsa_jwk
from scene import case, equal, refused

TEXT = b"five tons of flax"
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def digest_of(algorithm):
    return hashlib.new("sha" + algorithm[2:5], TEXT).digest()


def oaep(of):
    return padding.OAEP(padding.MGF1(of), of, None)


# RSA encryption.

RSA_PADDINGS = {
    "RSA1_5": padding.PKCS1v15(),
    "RSA-OAEP": oaep(hashes.SHA1()),
    "RSA-OAEP-256": oaep(hashes.SHA256()),
}


def imported_rsa(scene, **options):
    return scene.client.import_key(scene.name(), rsa_jwk(), **options)


for algorithm, pad in RSA_PADDINGS.items():

    @case(f"encrypt with {algorithm} by the client, decrypt by the HSM")
    def _(scene, algorithm=algorithm):
        client = scene.local(scene.client.create_rsa_key(scene.name(), size=3072))
        sealed = client.encrypt(EncryptionAlgorithm(algorithm), TEXT)
        equal(client.decrypt(EncryptionAlgorithm(algorithm), sealed.ciphertext).plaintext, TEXT)

    @case(f"encrypt with {algorithm} by the HSM, OpenSSL decrypts")
    def _(scene, algorithm=algorithm, pad=pad):
        key = imported_rsa(scene)
        sealed = scene.remote(key).encrypt(EncryptionAlgorithm(algorithm), TEXT)
        equal((sealed.key_id, sealed.algorithm.value), (key.id, algorithm))
        equal(RSA_KEY.decrypt(sealed.ciphertext, pad), TEXT)

    @case(f"decrypt with {algorithm} by the HSM what OpenSSL encrypted")
    def _(scene, algorithm=algorithm, pad=pad):
        sealed = RSA_KEY.public_key().encrypt(TEXT, pad)
        equal(scene.local(imported_rsa(scene)).decrypt(EncryptionAlgorithm(algorithm), sealed).plaintext, TEXT)

    @case(f"wrap_key with {algorithm} by the client, unwrap_key by the HSM")
    def _(scene, algorithm=algorithm):
        client = scene.local(scene.client.create_rsa_key(scene.name()))
        wrapped = client.wrap_key(KeyWrapAlgorithm(algorithm), bytes(32))
        equal(client.unwrap_key(KeyWrapAlgorithm(algorithm), wrapped.encrypted_key).key, bytes(32))

    @case(f"wrap_key with {algorithm} by the HSM, OpenSSL unwraps")
    def _(scene, algorithm=algorithm, pad=pad):
        wrapped = scene.remote(imported_rsa(scene)).wrap_key(KeyWrapAlgorithm(algorithm), bytes(range(32)))
        equal(RSA_KEY.decrypt(wrapped.encrypted_key, pad), bytes(range(32)))

    @case(f"decrypt with {algorithm} is refused what was changed, and says no more")
    def _(scene, algorithm=algorithm, pad=pad):
        sealed = bytearray(RSA_KEY.public_key().encrypt(TEXT, pad))
        sealed[100] ^= 1
        client = scene.remote(imported_rsa(scene))
        error = refused(400, "BadParameter", lambda: client.decrypt(EncryptionAlgorithm(algorithm), bytes(sealed)))
        text = "The parameter is incorrect." if algorithm == "RSA1_5" else "Error occurred while decoding OAEP padding."
        assert text in error.message, error.message


@case("encrypt is refused more than the modulus has room for")
def _(scene):
    client = scene.remote(imported_rsa(scene))
    refused(400, "BadParameter", lambda: client.encrypt(EncryptionAlgorithm("RSA-OAEP"), bytes(215)))


# RSA signatures.


def rsa_padding(algorithm):
    if algorithm.startswith("RS"):
        return padding.PKCS1v15()
    of = HASHES[algorithm[2:]]
    return padding.PSS(padding.MGF1(of), of.digest_size)


for algorithm in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]:

    @case(f"sign with {algorithm} by the HSM, verify by the client, by the HSM and by OpenSSL")
    def _(scene, algorithm=algorithm):
        key = imported_rsa(scene)
        digest = digest_of(algorithm)
        signature = scene.local(key).sign(SignatureAlgorithm(algorithm), digest).signature
        equal(scene.local(key).verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        equal(scene.remote(key).verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        prehashed = Prehashed(HASHES[algorithm[2:]])
        RSA_KEY.public_key().verify(signature, digest, rsa_padding(algorithm), prehashed)

    @case(f"verify with {algorithm} by the HSM what OpenSSL signed, and nothing else")
    def _(scene, algorithm=algorithm):
        client = scene.remote(imported_rsa(scene))
        digest = digest_of(algorithm)
        prehashed = Prehashed(HASHES[algorithm[2:]])
        signature = RSA_KEY.sign(digest, rsa_padding(algorithm), prehashed)
        equal(client.verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        equal(client.verify(SignatureAlgorithm(algorithm), bytes(len(digest)), signature).is_valid, False)
        equal(client.verify(SignatureAlgorithm(algorithm), digest, signature[::-1]).is_valid, False)


# Curves.

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521", "ES256K": "P-256K"}


def to_der(signature):
    half = len(signature) // 2
    return encode_dss_signature(
        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )


def from_der(der, width):
    return b"".join(part.to_bytes(width, "big") for part in decode_dss_signature(der))


for algorithm, curve in CURVES.items():

    @case(f"sign with {algorithm} by the HSM, verify by the client, by the HSM and by OpenSSL")
    def _(scene, algorithm=algorithm, curve=curve):
        key = scene.client.import_key(scene.name(), ec_jwk(curve))
        digest = digest_of(algorithm)
        signature = scene.local(key).sign(SignatureAlgorithm(algorithm), digest).signature
        equal(len(signature), 2 * len(key.key.x))
        equal(scene.local(key).verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        equal(scene.remote(key).verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        of = ec.ECDSA(Prehashed(HASHES[algorithm[2:5]]))
        EC_KEYS[curve].public_key().verify(to_der(signature), digest, of)

    @case(f"verify with {algorithm} by the HSM what OpenSSL signed, and nothing else")
    def _(scene, algorithm=algorithm, curve=curve):
        key = scene.client.import_key(scene.name(), ec_jwk(curve))
        client = scene.remote(key)
        digest = digest_of(algorithm)
        der = EC_KEYS[curve].sign(digest, ec.ECDSA(Prehashed(HASHES[algorithm[2:5]])))
        signature = from_der(der, len(key.key.x))
        equal(client.verify(SignatureAlgorithm(algorithm), digest, signature).is_valid, True)
        equal(client.verify(SignatureAlgorithm(algorithm), bytes(len(digest)), signature).is_valid, False)
        equal(client.verify(SignatureAlgorithm(algorithm), digest, bytes(len(signature))).is_valid, False)


@case("sign is refused a digest of another length, and another curve")
def _(scene):
    client = scene.remote(scene.client.create_ec_key(scene.name()))
    error = refused(400, "BadParameter", lambda: client.sign(SignatureAlgorithm("ES256"), bytes(48)))
    assert "Invalid length of 'value': 48 bytes. ES256 requires 32 bytes" in error.message
    refused(400, "BadParameter", lambda: client.sign(SignatureAlgorithm("ES384"), bytes(48)))


# AES. The octets of these keys are known here; the client never gets them.


def imported_aes(scene, bits):
    octets = os.urandom(bits // 8)
    ops = ["encrypt", "decrypt", "wrapKey", "unwrapKey"]
    jwk = JsonWebKey(kty="oct-HSM", k=octets, key_ops=ops)
    return octets, scene.client.import_key(scene.name(), jwk)


def cbc(octets, iv):
    return Cipher(algorithms.AES(octets), modes.CBC(iv))


def run(context, data):
    return context.update(data) + context.finalize()


for bits in [128, 192, 256]:

    @case(f"encrypt with A{bits}GCM by the HSM, OpenSSL decrypts, and the other way round")
    def _(scene, bits=bits):
        octets, key = imported_aes(scene, bits)
        client = scene.local(key)
        algorithm = f"A{bits}GCM"
        sealed = client.encrypt(EncryptionAlgorithm(algorithm), TEXT, additional_authenticated_data=b"aad")
        equal((len(sealed.iv), len(sealed.tag)), (12, 16))
        whole = sealed.ciphertext + sealed.tag
        equal(AESGCM(octets).decrypt(sealed.iv, whole, b"aad"), TEXT)
        iv = os.urandom(12)
        own = AESGCM(octets).encrypt(iv, b"other", b"more")
        parts = {"iv": iv, "authentication_tag": own[-16:]}
        opened = client.decrypt(EncryptionAlgorithm(algorithm), own[:-16], **parts, additional_authenticated_data=b"more")
        equal(opened.plaintext, b"other")
        refused(400, "BadParameter", lambda: client.decrypt(EncryptionAlgorithm(algorithm), own[:-16], **parts))

    @case(f"encrypt with A{bits}CBC by the HSM, OpenSSL decrypts, and the other way round")
    def _(scene, bits=bits):
        octets, key = imported_aes(scene, bits)
        client = scene.local(key)
        iv = os.urandom(16)
        padded = TEXT + bytes(32 - len(TEXT))
        sealed = client.encrypt(EncryptionAlgorithm(f"A{bits}CBC"), TEXT, iv=iv)
        equal(run(cbc(octets, iv).decryptor(), sealed.ciphertext), padded)
        own = run(cbc(octets, iv).encryptor(), padded)
        equal(client.decrypt(EncryptionAlgorithm(f"A{bits}CBC"), own, iv=iv).plaintext, padded)

    @case(f"encrypt with A{bits}CBCPAD by the HSM, OpenSSL decrypts, and the other way round")
    def _(scene, bits=bits):
        octets, key = imported_aes(scene, bits)
        client = scene.remote(key)
        iv = os.urandom(16)
        sealed = client.encrypt(EncryptionAlgorithm(f"A{bits}CBCPAD"), TEXT, iv=iv)
        unpadder = block_padding.PKCS7(128).unpadder()
        equal(run(unpadder, run(cbc(octets, iv).decryptor(), sealed.ciphertext)), TEXT)
        padder = block_padding.PKCS7(128).padder()
        own = run(cbc(octets, iv).encryptor(), run(padder, b"other"))
        equal(client.decrypt(EncryptionAlgorithm(f"A{bits}CBCPAD"), own, iv=iv).plaintext, b"other")

    @case(f"wrap_key with A{bits}KW by the HSM, OpenSSL unwraps, and the other way round")
    def _(scene, bits=bits):
        octets, key = imported_aes(scene, bits)
        client = scene.remote(key)
        wrapped = client.wrap_key(KeyWrapAlgorithm(f"A{bits}KW"), bytes(range(32))).encrypted_key
        equal(aes_key_unwrap(octets, wrapped), bytes(range(32)))
        own = aes_key_wrap(octets, bytes(24))
        equal(client.unwrap_key(KeyWrapAlgorithm(f"A{bits}KW"), own).key, bytes(24))
        refused(400, "BadParameter", lambda: client.unwrap_key(KeyWrapAlgorithm(f"A{bits}KW"), own[::-1]))


# The answer of get_key has no octets of the key, and the client puts 256 random bits in their place. Whoever forgets that
# loses what was encrypted as soon as the process ends; nothing that a server answers can prevent it.

for bits in [128, 192]:

    @case(f"encrypt with A{bits}CBCPAD by the client as it comes: its own key does not fit, and the HSM is asked")
    def _(scene, bits=bits):
        octets, key = imported_aes(scene, bits)
        iv = os.urandom(16)
        algorithm = EncryptionAlgorithm(f"A{bits}CBCPAD")
        sealed = scene.local(key).encrypt(algorithm, TEXT, iv=iv).ciphertext
        assert run(cbc(octets, iv).decryptor(), sealed).startswith(TEXT)


@case("encrypt with A256CBCPAD by the client as it comes: it makes a key up, and the HSM is not asked")
def _(scene):
    octets, key = imported_aes(scene, 256)
    iv = os.urandom(16)
    sealed = scene.local(key).encrypt(EncryptionAlgorithm.a256_cbcpad, TEXT, iv=iv).ciphertext
    assert TEXT not in run(cbc(octets, iv).decryptor(), sealed), "it asks the HSM now"


for bits in [128, 192, 256]:

    @case(f"wrap_key with A{bits}KW by the client as it comes: it makes a key up, and the HSM is not asked")
    def _(scene, bits=bits):
        _, key = imported_aes(scene, bits)
        algorithm = KeyWrapAlgorithm(f"A{bits}KW")
        wrapped = scene.local(key).wrap_key(algorithm, bytes(32)).encrypted_key
        remote = scene.remote(key)
        refused(400, "BadParameter", lambda: remote.unwrap_key(algorithm, wrapped))


@case("encrypt is refused an algorithm of another size")
def _(scene):
    _, key = imported_aes(scene, 256)
    refused(400, "BadParameter", lambda: scene.local(key).encrypt(EncryptionAlgorithm("A128GCM"), TEXT))


# HMAC.

for bits in ["256", "384", "512"]:

    @case(f"sign and verify with HS{bits}, as OpenSSL computes it")
    def _(scene, bits=bits):
        octets = os.urandom(32)
        jwk = JsonWebKey(kty="oct-HSM", k=octets, key_ops=["sign", "verify"])
        client = scene.local(scene.client.import_key(scene.name(), jwk))
        mac = client.sign(SignatureAlgorithm(f"HS{bits}"), TEXT).signature
        equal(mac, hmac.new(octets, TEXT, f"sha{bits}").digest())
        equal(client.verify(SignatureAlgorithm(f"HS{bits}"), TEXT, mac).is_valid, True)
        equal(client.verify(SignatureAlgorithm(f"HS{bits}"), TEXT, mac[::-1]).is_valid, False)


# What a key may not do.


@case("a disabled key does nothing")
def _(scene):
    client = scene.remote(imported_rsa(scene, enabled=False))
    error = refused(403, "Forbidden", lambda: client.sign(SignatureAlgorithm("RS256"), bytes(32)))
    equal(error.error.innererror["code"], "KeyDisabled")
    refused(403, "Forbidden", lambda: client.decrypt(EncryptionAlgorithm("RSA-OAEP"), bytes(256)))


@case("an expired key decrypts and verifies, and does not sign")
def _(scene):
    past = datetime(2020, 1, 1, tzinfo=timezone.utc)
    client = scene.remote(imported_rsa(scene, expires_on=past))
    sealed = RSA_KEY.public_key().encrypt(TEXT, oaep(hashes.SHA1()))
    equal(client.decrypt(EncryptionAlgorithm("RSA-OAEP"), sealed).plaintext, TEXT)
    refused(403, "Forbidden", lambda: client.sign(SignatureAlgorithm("RS256"), bytes(32)))


@case("a key does what its operations permit")
def _(scene):
    key = scene.client.create_rsa_key(scene.name(), key_operations=["verify"])
    error = refused(403, "Forbidden", lambda: scene.remote(key).sign(SignatureAlgorithm("RS256"), bytes(32)))
    equal(error.error.innererror["code"], "KeyOperationForbidden")


@case("a client of a key that is not there is told so")
def _(scene):
    url = f"{scene.url}/keys/nobodys"
    client = CryptographyClient(url, scene.credential, **scene.options)
    refused(404, "KeyNotFound", lambda: client.sign(SignatureAlgorithm("RS256"), bytes(32)))


# Other ways to such a client.


@case("get_cryptography_client, of the latest version and of one")
def _(scene):
    name = scene.name()
    first = scene.client.create_rsa_key(name)
    second = scene.client.create_rsa_key(name)
    latest = scene.client.get_cryptography_client(name)
    of_first = scene.client.get_cryptography_client(name, key_version=first.properties.version)
    signature = latest.sign(SignatureAlgorithm("PS256"), bytes(32)).signature
    equal(scene.local(second).verify(SignatureAlgorithm("PS256"), bytes(32), signature).is_valid, True)
    equal(of_first.verify(SignatureAlgorithm("PS256"), bytes(32), signature).is_valid, False)
    equal((latest.key_id, of_first.key_id), (second.id, first.id))


@case("create_rsa_private_key and create_rsa_public_key: keys for what takes those of cryptography")
def _(scene):
    client = scene.local(imported_rsa(scene))
    private = client.create_rsa_private_key()
    public = client.create_rsa_public_key()
    equal(public.public_numbers(), RSA_KEY.public_key().public_numbers())
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = private.sign(TEXT, pss, hashes.SHA256())
    RSA_KEY.public_key().verify(signature, TEXT, pss, hashes.SHA256())
    public.verify(signature, TEXT, pss, hashes.SHA256())
    sealed = public.encrypt(TEXT, oaep(hashes.SHA256()))
    equal(private.decrypt(sealed, oaep(hashes.SHA256())), TEXT)
    try:
        public.verify(signature, b"other", pss, hashes.SHA256())
    except InvalidSignature:
        return
    raise AssertionError("it verifies another text")


@case("from_jwk: the public key of the HSM, without it")
def _(scene):
    key = scene.client.create_ec_key(scene.name())
    signature = scene.local(key).sign(SignatureAlgorithm("ES256"), bytes(32)).signature
    alone = CryptographyClient.from_jwk(key.key)
    equal(alone.verify(SignatureAlgorithm("ES256"), bytes(32), signature).is_valid, True)
    try:
        alone.sign(SignatureAlgorithm("ES256"), bytes(32))
    except (AzureError, NotImplementedError, ValueError):
        return
    raise AssertionError("it signs without the private key")
