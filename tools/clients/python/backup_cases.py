"""Every method of KeyVaultBackupClient and of KeyVaultSettingsClient, against a real blob storage."""

import base64

from azure.core.exceptions import HttpResponseError
from azure.keyvault.administration import KeyVaultBackupClient, KeyVaultSettingsClient
from azure.keyvault.keys import KeyClient
from scene import case, equal, refused

NAME = "AllowKeyManagementOperationsThroughARM"
QUICK = {"_polling_interval": 0.2}


def backups(scene):
    return KeyVaultBackupClient(scene.url, scene.credential, **scene.options)


def settings(scene):
    return KeyVaultSettingsClient(scene.url, scene.credential, **scene.options)


def keys(scene):
    return KeyClient(scene.url, scene.credential, **scene.options)


def back_up(scene):
    poller = backups(scene).begin_backup(scene.container, sas_token=scene.sas, **QUICK)
    return poller.result().folder_url


@case("begin_backup and begin_restore of one key bring the key back, and nothing else")
def _(scene):
    made = keys(scene).create_ec_key("backed-up", hardware_protected=True)
    folder = back_up(scene)
    keys(scene).begin_delete_key("backed-up").wait()
    keys(scene).purge_deleted_key("backed-up")
    restore = backups(scene).begin_restore(
        folder, sas_token=scene.sas, key_name="backed-up", **QUICK
    )
    restore.wait()
    equal(restore.status(), "Succeeded")
    equal(keys(scene).get_key("backed-up").id, made.id)


@case("begin_restore of one key fails while the key is there")
def _(scene):
    keys(scene).create_ec_key("there", hardware_protected=True)
    folder = back_up(scene)
    restore = backups(scene).begin_restore(folder, sas_token=scene.sas, key_name="there", **QUICK)
    try:
        restore.wait()
    except HttpResponseError as error:
        equal("Conflict" in str(error), True)
    else:
        equal(restore.status(), "Failed")


@case("begin_restore brings the whole HSM back")
def _(scene):
    keys(scene).create_ec_key("before", hardware_protected=True)
    folder = back_up(scene)
    keys(scene).create_ec_key("after", hardware_protected=True)
    backups(scene).begin_restore(folder, sas_token=scene.sas, **QUICK).wait()
    names = [key.name for key in keys(scene).list_properties_of_keys()]
    equal(["before" in names, "after" in names], [True, False])


@case("a continuation token resumes a backup and a restore")
def _(scene):
    client = backups(scene)
    poller = client.begin_backup(scene.container, sas_token=scene.sas, **QUICK)
    token = poller.continuation_token()
    equal("/backup/" in base64.b64decode(token).decode(), True)
    again = client.begin_backup(
        scene.container, sas_token=scene.sas, continuation_token=token, **QUICK
    )
    equal(again.result().folder_url, poller.result().folder_url)


@case("begin_pre_backup and begin_pre_restore succeed, and change nothing")
def _(scene):
    client = backups(scene)
    folder = back_up(scene)
    keys(scene).create_ec_key("kept", hardware_protected=True)
    client.begin_pre_backup(scene.container, sas_token=scene.sas, **QUICK).wait()
    client.begin_pre_restore(folder, sas_token=scene.sas, **QUICK).wait()
    equal(keys(scene).get_key("kept").name, "kept")


@case("list_settings, get_setting and update_setting read and change a setting")
def _(scene):
    client = settings(scene)
    equal([setting.name for setting in client.list_settings()], [NAME])
    setting = client.get_setting(NAME)
    equal([setting.setting_type, setting.getboolean()], ["boolean", False])
    setting.value = True
    equal(client.update_setting(setting).getboolean(), True)
    setting.value = False
    equal(client.update_setting(setting).value, "false")
    refused(404, "SettingNotFound", lambda: client.get_setting("nobody"))
