"""Every method of KeyVaultAccessControlClient, and what it is refused."""

from azure.keyvault.administration import (
    KeyVaultAccessControlClient,
    KeyVaultPermission,
    KeyVaultRoleScope,
)
from scene import case, equal, refused

CRYPTO_USER = "21dbd100-6940-42c2-9190-5d6cb909625b"
SIGN = "Microsoft.KeyVault/managedHsm/keys/sign/action"
ALICE = "2d9a5a39-0f3c-4d3f-8a44-5b0f4f6a7c11"
NAME = "0f8e14c2-6c1b-4d6f-9a55-2f3f8c1c9a10"


def roles(scene):
    return KeyVaultAccessControlClient(scene.url, scene.credential, **scene.options)


@case("list_role_definitions has the nine built-in roles at every scope")
def _(scene):
    for scope in (KeyVaultRoleScope.GLOBAL, KeyVaultRoleScope.KEYS, "/keys/orders"):
        built_in = [
            role
            for role in roles(scene).list_role_definitions(scope)
            if role.role_type == "AKVBuiltInRole"
        ]
        equal(len(built_in), 9)
        equal(built_in[0].role_name, "Managed HSM Restore User")
        equal(built_in[0].assignable_scopes, ["/"])


@case("set_, get_ and delete_role_definition make, read and remove a custom role")
def _(scene):
    client = roles(scene)
    permission = KeyVaultPermission(data_actions=[SIGN])
    made = client.set_role_definition(
        "/", name=NAME, role_name="Signer", description="signs", permissions=[permission]
    )
    equal([made.name, made.role_name, made.role_type], [NAME, "Signer", "CustomRole"])
    equal(made.permissions[0].data_actions, [SIGN])
    equal(made.permissions[0].not_data_actions, [])
    equal(client.get_role_definition("/", NAME).description, "signs")
    client.delete_role_definition("/", NAME)
    client.delete_role_definition("/", NAME)
    refused(404, "RoleDefinitionNotFound", lambda: client.get_role_definition("/", NAME))


@case("set_role_definition needs nothing but the scope")
def _(scene):
    client = roles(scene)
    made = client.set_role_definition("/")
    equal([made.role_name, made.permissions], ["", []])
    client.delete_role_definition("/", made.name)


@case("create_, get_, list_ and delete_role_assignment give and take a role")
def _(scene):
    client = roles(scene)
    definition = client.get_role_definition("/", CRYPTO_USER)
    made = client.create_role_assignment("/keys/orders", definition.id, ALICE)
    equal(made.properties.scope, "/keys/orders")
    equal(made.properties.role_definition_id, definition.id)
    equal(client.get_role_assignment("/keys/orders", made.name).properties.principal_id, ALICE)
    equal([item.name for item in client.list_role_assignments("/")], [made.name])
    client.delete_role_assignment("/keys/orders", made.name)
    client.delete_role_assignment("/keys/orders", made.name)
    equal(list(client.list_role_assignments("/")), [])


@case("the GUID of a built-in role is refused")
def _(scene):
    client = roles(scene)
    refused(400, "BadParameter", lambda: client.set_role_definition("/", name=CRYPTO_USER))
