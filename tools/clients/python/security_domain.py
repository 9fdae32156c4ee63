"""The work of the people who hold a security domain: its file is opened with their keys and sealed for another HSM.

Written from the formats alone, as a second opinion on what the HSM writes and reads.
"""

import base64
import datetime
import hashlib
import hmac
import json
import os
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

OAEP_256 = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
P = 257


class WrappingKey:
    """A private key with a self-signed certificate."""

    def __init__(self, name):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        self.der = certificate.public_bytes(serialization.Encoding.DER)

    def jwk(self):
        """The certificate as a download takes it."""
        numbers = self.key.public_key().public_numbers()
        n = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        return {
            "kty": "RSA",
            "key_ops": ["verify", "encrypt", "wrapKey"],
            "alg": "RSA-OAEP-256",
            "n": encode(n),
            "e": "AQAB",
            "x5c": [base64.b64encode(self.der).decode()],
            "x5t": encode(hashlib.sha1(self.der).digest()),
            "x5t#S256": thumbprint(self.der),
        }


def open_domain(text, keys):
    """The items of a downloaded domain, by tag."""
    domain = json.loads(text)
    shares = []
    for key in keys:
        wrapped = [
            share["enc_key"]
            for share in domain["SharedKeys"]["enc_shares"]
            if share["x5t_256"] == thumbprint(key.der)
        ]
        shares.append(struct.unpack("<32H", open_wrapped(wrapped[0], key.key)))
    master = combine(shares)
    return {
        item["tag"]: open_jwe(item["compact_jwe"], derive(master, item["tag"]))
        for item in domain["EncData"]["data"]
    }


def make_upload(items, transfer_key):
    """The items, sealed for the HSM of a transfer key."""
    der = base64.b64decode(transfer_key["x5c"][0])
    public_key = x509.load_der_x509_certificate(der).public_key()
    master = os.urandom(32)
    data = [
        {
            "compact_jwe": seal({"alg": "dir", "kid": tag}, b"", derive(master, tag), content),
            "tag": tag,
        }
        for tag, content in items.items()
    ]
    content_key = os.urandom(64)
    encrypted_key = public_key.encrypt(content_key, OAEP_256)
    header = {"alg": "RSA-OAEP-256", "kid": "not used"}
    return json.dumps(
        {
            "EncData": {"data": data, "kdf": "sp108_kdf"},
            "WrappedKey": {
                "enc_key": seal(header, encrypted_key, content_key, master),
                "x5t_256": thumbprint(der),
            },
        }
    )


def combine(shares):
    """Lagrange at 0: each share is x << 9 | f(x), one word for each byte."""
    secret = []
    for words in zip(*shares):
        points = [(word >> 9, word & 0x1FF) for word in words]
        value = 0
        for x, y in points:
            weight = 1
            for other, _ in points:
                if other != x:
                    weight = weight * other * pow(other - x, -1, P) % P
            value = (value + weight * y) % P
        secret.append(value)
    return bytes(secret)


def derive(master, tag):
    """SP 800-108 in counter mode: one block."""
    fixed = struct.pack(">I", 1) + tag.encode() + b"\0" + struct.pack(">I", 512)
    return hmac.new(master, fixed, hashlib.sha512).digest()


def open_wrapped(text, key):
    encrypted_key = decode(text.split(".")[1])
    return open_jwe(text, key.decrypt(encrypted_key, OAEP_256))


def open_jwe(text, key):
    header, _, iv, ciphertext, tag = text.split(".")
    iv, ciphertext = decode(iv), decode(ciphertext)
    assert hmac.compare_digest(tag_of(key, header, iv, ciphertext), decode(tag)), "the tag is wrong"
    decryptor = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def seal(header, encrypted_key, key, content):
    protected = encode(json.dumps({**header, "enc": "A256CBC-HS512"}).encode())
    iv = os.urandom(16)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    tag = tag_of(key, protected, iv, ciphertext)
    return ".".join([protected, *map(encode, (encrypted_key, iv, ciphertext, tag))])


def tag_of(key, header, iv, ciphertext):
    aad = header.encode()
    length = struct.pack(">Q", 8 * len(aad))
    return hmac.new(key[:32], aad + iv + ciphertext + length, hashlib.sha512).digest()[:32]


def thumbprint(der):
    return encode(hashlib.sha256(der).digest())


def encode(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
