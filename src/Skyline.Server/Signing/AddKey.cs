using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>
/// Makes a tag's or the instance's next key. It signs nothing that clients see yet: <see cref="RotateKeys"/> signs everything with
/// it, and then takes it into use.
/// </summary>
sealed class AddKey(Database database, KeyFile file, SigningKeys keys, SkylineSettings settings, Bells bells, TimeProvider time)
{
    internal const int MaxIdentity = 200;

    sealed record Made(PublicKey Public, byte[]? Secret);

    /// <param name="tagName">Null: the instance.</param>
    /// <param name="replaces">Whether there is to be a key already that this one takes the place of.</param>
    public async Task<(KeyRow? Key, Refusal? Why)> Add(string? tagName, bool replaces, NewKey wanted, long person, CancellationToken ct)
    {
        var tag = tagName is null ? null : database.Read(db => Tag.Find(db, tagName));
        if (tagName is not null && tag is null) return (null, new(404, $"There is no tag '{tagName}'."));
        if (database.Read(db => WhyNot(db, tag, replaces)) is { } no) return (null, no);
        var (made, why) = wanted.PublicKey is { } armored ? await TakeElsewhere(armored, ct) : Make(wanted, tag);
        if (made is null) return (null, why);
        var (row, conflict) = await database.Write(tx =>
        {
            var db = tx.Connection!;
            if (WhyNot(db, tag, replaces) is { } meanwhile) return ((KeyRow?)null, meanwhile);
            tx.Execute("UPDATE signing_keys SET state = 'Retired', retired_at = @now WHERE tag_id IS NOT DISTINCT FROM @tag AND state = 'Next'", new { tag = tag?.Id, now = time.Stamp() });
            return KeyRow.Insert(tx, tag?.Id, made.Public, made.Secret, KeyState.Next, time.Stamp(), person) is { } id
                ? Noted(tx, KeyRow.Of(db, id)!, tag, made.Public)
                : (null, new(409, $"The key {made.Public.Fingerprint} is or was in use here already; make another."));
        }, ct);
        if (row is not null) bells.Ring(Bells.Keys);
        return (row, conflict);
    }

    static (KeyRow?, Refusal?) Noted(System.Data.IDbTransaction tx, KeyRow key, Tag? tag, PublicKey made)
    {
        tx.Note("made, to take the place of the present one", $"key {made.Fingerprint}", after: new { Of = tag?.Name ?? "the instance" }, id: key.Id);
        return (key, null);
    }

    Refusal? WhyNot(System.Data.IDbConnection db, Tag? tag, bool replaces)
    {
        var has = KeyRow.Own(db, tag?.Id, KeyState.Current) is not null;
        if (replaces && !has) return new(409, tag is null ? "This instance has no key yet; it makes one for its first tag." : $"Tag '{tag.Name}' has no key of its own: it is signed with the instance's. `skyline key create {tag.Name}` gives it one.");
        if (!replaces && has) return new(409, $"Tag '{tag!.Name}' has a key of its own already; `skyline key rotate {tag.Name}` replaces it.");
        // One that is stuck, its key file or its signing host being lost, makes way.
        return KeyRow.Own(db, tag?.Id, KeyState.Next) is { Why: null } next && keys.WhyNot(next) is null
            ? new(409, $"Key {next.Fingerprint} is being taken into use; when that is done, it can be replaced. `skyline key list` tells how far it is.")
            : null;
    }

    (Made? Key, Refusal? Why) Make(NewKey wanted, Tag? tag)
    {
        var kind = settings.SigningKey;
        if (wanted.Kind is { } named && !(Enum.TryParse(named, ignoreCase: true, out kind) && Enum.IsDefined(kind)))
            return (null, new(400, $"There is no kind of key '{named}'; there are {string.Join(", ", Enum.GetNames<SigningKeyKind>())}."));
        var identity = wanted.Identity ?? (tag is null ? settings.SigningIdentity : $"{tag.Name}, {settings.SigningIdentity}");
        if (string.IsNullOrWhiteSpace(identity) || identity.Length > MaxIdentity || identity.Any(char.IsControl))
            return (null, new(400, $"An identity is one line of up to {MaxIdentity} characters, such as \"Example <packages@example.org>\"."));
        var key = SigningKey.Generate(kind, identity, time);
        return (new(key.Public, file.Seal(key.Public.Fingerprint, key.SecretArmored)), null);
    }

    /// <summary>A key whose secret is elsewhere is tried before anything depends on it.</summary>
    async Task<(Made? Key, Refusal? Why)> TakeElsewhere(string armored, CancellationToken ct)
    {
        try
        {
            var key = PublicKey.FromArmored(armored);
            await keys.Elsewhere(key).Detach(new MemoryStream(Encoding.ASCII.GetBytes("Skyline tries this key.")), time.GetUtcNow(), ct);
            return (new(key, null), null);
        }
        catch (Exception fault) when (fault is FormatException or SigningRefusedException)
        {
            return (null, new(400, fault.Message));
        }
    }
}
