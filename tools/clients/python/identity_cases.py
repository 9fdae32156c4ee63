"""Credentials of azure-identity with a server that has --identity: the environment points them at it, no account does."""

import asyncio
import json
import os
from base64 import urlsafe_b64encode
from tempfile import NamedTemporaryFile
from unittest.mock import patch

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    ClientSecretCredential,
    DefaultAzureCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from azure.identity.aio import DefaultAzureCredential as AsyncDefaultAzureCredential
from azure.keyvault.keys import KeyClient
from scene import case, equal

SERVICE_PRINCIPAL = (
    "AZURE_AUTHORITY_HOST",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
)
IMDS = ("AZURE_POD_IDENTITY_AUTHORITY_HOST",)
APP_SERVICE = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER")
TENANT = "22222222-2222-4222-8222-222222222222"


def environment(scene, names, **more):
    """Sets these variables of the server, and none of the machine's that choose a credential."""
    own = {name: value for name, value in os.environ.items() if "AZURE" not in name and "IDENTITY" not in name}
    chosen = {name: scene.environment[name] for name in names}
    return patch.dict(os.environ, {**own, **chosen, **more, "REQUESTS_CA_BUNDLE": scene.ca}, clear=True)


def creates_a_key(scene, credential):
    """As production code does, but for trust."""
    client = KeyClient(scene.identity_url, credential, **scene.options)
    equal(client.create_ec_key(scene.name()).key_type, "EC-HSM")


@case("ClientSecretCredential gets a token that is accepted")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        creates_a_key(scene, ClientSecretCredential("adfs", os.environ["AZURE_CLIENT_ID"], "any"))


@case("ClientSecretCredential of a tenant of its own takes a challenge that names none")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        creates_a_key(
            scene,
            ClientSecretCredential(TENANT, "orders", "any", disable_instance_discovery=True),
        )


@case("EnvironmentCredential gets a token that is accepted")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        creates_a_key(scene, EnvironmentCredential())


@case("WorkloadIdentityCredential gets a token that is accepted")
def _(scene):
    part = lambda value: urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")  # noqa: E731
    with NamedTemporaryFile("w", suffix=".jwt") as file:
        file.write(".".join((part({"alg": "RS256"}), part({"exp": 4_000_000_000}), part({}))))
        file.flush()
        with environment(scene, SERVICE_PRINCIPAL[:3], AZURE_FEDERATED_TOKEN_FILE=file.name):
            creates_a_key(scene, WorkloadIdentityCredential())


@case("ManagedIdentityCredential gets a token that is accepted")
def _(scene):
    with environment(scene, IMDS):
        creates_a_key(scene, ManagedIdentityCredential())


@case("ManagedIdentityCredential in App Service gets a token that is accepted")
def _(scene):
    with environment(scene, APP_SERVICE):
        creates_a_key(scene, ManagedIdentityCredential(client_id="orders"))


@case("DefaultAzureCredential gets a token of the service principal in the environment")
def _(scene):
    with environment(scene, SERVICE_PRINCIPAL):
        creates_a_key(scene, DefaultAzureCredential())


@case("DefaultAzureCredential gets a token of the managed identity")
def _(scene):
    with environment(scene, IMDS):
        creates_a_key(scene, DefaultAzureCredential())


@case("the asynchronous DefaultAzureCredential gets a token")
def _(scene):
    async def run():
        async with AsyncDefaultAzureCredential(connection_verify=scene.ca) as credential:
            return await credential.get_token("https://managedhsm.azure.net/.default")

    with environment(scene, IMDS):
        equal(asyncio.run(run()).token.count("."), 2)


@case("a token that the server did not give is refused")
def _(scene):
    client = KeyClient(scene.identity_url, scene.credential, **scene.options)
    try:
        client.create_ec_key("orders")
    except ClientAuthenticationError as error:
        equal(error.status_code, 401)
        return
    raise AssertionError("the token was accepted")
