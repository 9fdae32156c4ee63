"""Keys that OpenSSL made: their private parts are known here, so that what an HSM does with them can be checked."""

import json
import os
from base64 import urlsafe_b64encode

from azure.keyvault.keys import JsonWebKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

RSA_KEY = rsa.generate_private_key(65537, 2048)

EC_KEYS = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "P-256K": ec.generate_private_key(ec.SECP256K1()),
}


def octets(number, width=None):
    return number.to_bytes(width or (number.bit_length() + 7) // 8, "big")


def encoded(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def rsa_jwk(private=RSA_KEY):
    numbers = private.private_numbers()
    return JsonWebKey(
        kty="RSA",
        n=octets(numbers.public_numbers.n),
        e=octets(numbers.public_numbers.e),
        d=octets(numbers.d),
        p=octets(numbers.p),
        q=octets(numbers.q),
        dp=octets(numbers.dmp1),
        dq=octets(numbers.dmq1),
        qi=octets(numbers.iqmp),
    )


def ec_jwk(curve):
    numbers = EC_KEYS[curve].private_numbers()
    width = (EC_KEYS[curve].key_size + 7) // 8
    return JsonWebKey(
        kty="EC",
        crv=curve,
        x=octets(numbers.public_numbers.x, width),
        y=octets(numbers.public_numbers.y, width),
        d=octets(numbers.private_value, width),
    )


def rsa_public(key):
    """The public key of a KeyVaultKey, for OpenSSL."""
    n, e = (int.from_bytes(part, "big") for part in (key.key.n, key.key.e))
    return rsa.RSAPublicNumbers(e, n).public_key()


def transfer_blob(kek, private):
    """The .byok file of a private key: CKM_RSA_AES_KEY_WRAP by OpenSSL."""
    between = os.urandom(32)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    wrapped = aes_key_wrap_with_padding(between, pkcs8)
    blob = {
        "schema_version": "1.0.0",
        "header": {"kid": kek.id, "alg": "dir", "enc": "CKM_RSA_AES_KEY_WRAP"},
        "ciphertext": encoded(rsa_public(kek).encrypt(between, oaep) + wrapped),
        "generator": "openssl",
    }
    return json.dumps(blob).encode()
