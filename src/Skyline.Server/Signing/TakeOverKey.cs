using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>
/// Earlier versions kept the instance's key in the plain file keys/instance.asc. It becomes a row, encrypted; the file goes only
/// when the row was read back and opened, so a stop at any point loses nothing.
/// </summary>
public sealed class TakeOverKey(Database database, KeyFile file, SkylineSettings settings, TimeProvider time, ILogger<TakeOverKey> log)
{
    public async Task Run(CancellationToken ct)
    {
        var path = Path.Combine(settings.Data, "keys", "instance.asc");
        if (OwnFile.Read(path) is not { } armored) return;
        var key = Read(path, armored);
        if (database.Read(db => KeyRow.Find(db, key.Public.Fingerprint)) is null && !await Keep(key, ct))
        {
            log.LogWarning("{File} was left as it is: this instance has another key already. Remove it if nobody needs it.", path);
            return;
        }
        var row = database.Read(db => KeyRow.Find(db, key.Public.Fingerprint))!;
        if (file.Open(row.Fingerprint, row.Secret) != key.SecretArmored) throw new InvalidOperationException($"{path} could not be taken over: what was written is not what is read. It was left as it is.");
        File.Delete(path);
        log.LogInformation("{File} was taken over into the database, encrypted with {KeyFile}. Back that file up apart from the database.", path, file.Path);
    }

    static SigningKey Read(string path, string armored)
    {
        try
        {
            return SigningKey.FromSecretArmored(armored);
        }
        catch (FormatException fault)
        {
            throw new InvalidOperationException($"{path} cannot be read: {fault.Message} Put it back from its backup.", fault);
        }
    }

    /// <summary>All that there is was signed with it.</summary>
    async Task<bool> Keep(SigningKey key, CancellationToken ct)
    {
        var secret = file.Seal(key.Public.Fingerprint, key.SecretArmored);
        return await database.Write(tx =>
        {
            var now = time.Stamp();
            if (KeyRow.Insert(tx, null, key.Public, secret, KeyState.Current, now) is not { } id) return false;
            tx.Execute("INSERT INTO tag_keys (tag_id, key_id, since) SELECT id, @id, created_at FROM tags", new { id });
            return true;
        }, ct);
    }
}
