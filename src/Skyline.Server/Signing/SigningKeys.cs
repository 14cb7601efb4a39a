using System.Collections.Concurrent;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>A key at hand, and its row.</summary>
public sealed record TagKey(long Id, ISigner Signer);

/// <summary>The keys that tags are signed with. Secrets are opened once and then kept at hand.</summary>
public sealed class SigningKeys(Database database, KeyFile file, SkylineSettings settings, TimeProvider time, ILogger<SigningKeys> log)
{
    readonly ConcurrentDictionary<long, TagKey> opened = new();

    /// <summary>
    /// The key that the tag is signed with now; the instance's own if it was given none, made on first use. Rotation changes the
    /// answer together with the tag's snapshot, so ask inside of whatever keeps two publishers of one tag apart.
    /// </summary>
    /// <exception cref="SigningRefusedException">It cannot sign now; the sentence says why.</exception>
    public async Task<TagKey> Of(long tagId, CancellationToken ct)
    {
        while (true)
        {
            if (database.Read(db => KeyRow.OfTag(db, tagId)) is { } row) return AtHand(row);
            if (!await Assign(tagId, ct)) await MakeForInstance(ct);
        }
    }

    /// <exception cref="SigningRefusedException">It cannot sign now; the sentence says why.</exception>
    public TagKey ById(long id) =>
        opened.TryGetValue(id, out var known) ? known : AtHand(database.Read(db => KeyRow.Of(db, id)) ?? throw new ArgumentException($"There is no signing key {id}.", nameof(id)));

    /// <summary>What the tag is signed with, for people to compare; the key itself need not be at hand.</summary>
    public string? FingerprintOf(string tagName) => database.Read(db => Tag.Find(db, tagName) is { } tag ? KeyRow.OfTag(db, tag.Id) : null)?.Fingerprint;

    /// <returns>Null if the key can sign, or why not.</returns>
    internal string? WhyNot(KeyRow row)
    {
        try
        {
            AtHand(row);
            return null;
        }
        catch (SigningRefusedException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Signs with a key whose secret only the signing command reaches.</summary>
    /// <exception cref="SigningRefusedException">There is no signing command.</exception>
    internal ISigner Elsewhere(PublicKey key) => settings.SigningCommand is { Length: > 0 } command
        ? new SigningCommand(key, command, time, log)
        : throw new SigningRefusedException($"The secret of key {key.Fingerprint} is elsewhere, and no signing command is set (Skyline:SigningCommand).");

    /// <returns>Null if every key in use can sign, or why one cannot.</returns>
    public string? WhyNot()
    {
        foreach (var row in database.Read(KeyRow.InUse))
        {
            if (WhyNot(row) is { } fault)
                return $"Nothing can be signed with key {row.Fingerprint}, so nothing new is published; what is published goes on being served. {fault}";
        }
        return null;
    }

    Task<bool> Assign(long tag, CancellationToken ct) => database.Write(tx => tx.Execute("""
        INSERT INTO tag_keys (tag_id, key_id, since)
        SELECT @tag, id, @now FROM signing_keys WHERE state = 'Current' AND (tag_id = @tag OR tag_id IS NULL)
        ORDER BY tag_id IS NULL LIMIT 1
        ON CONFLICT DO NOTHING
        """, new { tag, now = time.Stamp() }) > 0 || KeyRow.OfTag(tx.Connection!, tag) is not null, ct);

    /// <summary>Two first uses at once make two keys; the one whose row comes second is forgotten.</summary>
    async Task MakeForInstance(CancellationToken ct)
    {
        var key = SigningKey.Generate(settings.SigningKey, settings.SigningIdentity, time);
        var secret = file.Seal(key.Public.Fingerprint, key.SecretArmored);
        await database.Write(tx => KeyRow.Insert(tx, null, key.Public, secret, KeyState.Current, time.Stamp()), ct);
    }

    internal void Forget(long id) => opened.TryRemove(id, out _);

    TagKey AtHand(KeyRow row) => opened.GetOrAdd(row.Id, _ => new(row.Id, row switch
    {
        { DestroyedAt: not null } => throw new SigningRefusedException($"The secret of key {row.Fingerprint} was destroyed when nothing needed it any more."),
        { Secret: { } secret } => SigningKey.FromSecretArmored(file.Open(row.Fingerprint, secret)),
        _ => Elsewhere(PublicKey.FromArmored(row.PublicArmored)),
    }));
}
