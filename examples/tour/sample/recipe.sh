#!/bin/sh
# Makes the sample anew: a password-protected key, its public half, and a signature, all by OpenSSL 3.
set -eu
cd "$(dirname "$0")"
password='only for this tour'

# PKCS#8, encrypted by PBES2: PBKDF2 with HMAC-SHA-256, then AES-256-CBC.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -aes-256-cbc -pass "pass:$password" \
  -out signing-key.pem
openssl pkey -in signing-key.pem -passin "pass:$password" -pubout -out signing-key.public.pem

# RS256 gives the same octets whoever makes it, so the HSM's signature must be this one.
openssl dgst -sha256 -sign signing-key.pem -passin "pass:$password" invoice.csv |
  openssl base64 -out invoice.csv.rs256.txt
