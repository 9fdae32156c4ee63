"""The tokens of an attestation authority, and an enclave: what is released is opened as an enclave does, by OpenSSL."""

import json
import time
from base64 import b64decode, urlsafe_b64decode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import load_der_private_key
from keys import encoded, octets

ISSUER = "https://attest.example"

ENCLAVE = rsa.generate_private_key(65537, 2048)


def jwk_of(private, **more):
    numbers = private.public_key().public_numbers()
    return {"kty": "RSA", "n": encoded(octets(numbers.n)), "e": encoded(octets(numbers.e)), **more}


def token_of(authority, **claims):
    """A token of an authority, by its private key, about the enclave."""
    now = int(time.time())
    target = jwk_of(ENCLAVE, kid="enclave", key_ops=["encrypt"])
    payload = {
        "iss": ISSUER,
        "nbf": now - 60,
        "exp": now + 600,
        "x-ms-runtime": {"keys": [target]},
        **claims,
    }
    header = {"alg": "RS256", "kid": "authority", "typ": "JWT"}
    parts = [encoded(json.dumps(part).encode()) for part in (header, payload)]
    signed = ".".join(parts).encode()
    signature = authority.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return ".".join([*parts, encoded(signature)])


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def open_release(value, oaep="sha1"):
    """Verifies the JWS of a release with its first certificate, and unwraps the key as the enclave."""
    head, body, signature = value.split(".")
    header = json.loads(decoded(head))
    certificate = x509.load_der_x509_certificate(b64decode(header["x5c"][0]))
    certificate.public_key().verify(
        decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    key = json.loads(decoded(body))["response"]["key"]["key"]
    blob = json.loads(decoded(key["key_hsm"]))
    assert blob["header"]["kid"] == "enclave", blob["header"]
    ciphertext = decoded(blob["ciphertext"])
    hash_of = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}[oaep]
    between = ENCLAVE.decrypt(
        ciphertext[:256], padding.OAEP(padding.MGF1(hash_of()), hash_of(), None)
    )
    return load_der_private_key(aes_key_unwrap_with_padding(between, ciphertext[256:]), None)
