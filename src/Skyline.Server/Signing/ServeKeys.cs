using System.Data;
using System.Text;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>`/keys/TAG.asc`: the public keys of a tag, in one file as `rpm --import` and `gpgkey=` take it; `/keys/FINGERPRINT.asc`: one.</summary>
static class ServeKeys
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/keys/{name}.asc", ["GET", "HEAD"], Armored).Needs(Right.Read).WithTags("Repositories").WithSummary("The public keys that a tag's packages and metadata are signed with, or one key by its fingerprint");
        // A public key is no secret from who knows its fingerprint, and dnf5 asks for keys without a password.
        routes.MapMethods("/keys/by-fingerprint/{fingerprint}.asc", ["GET", "HEAD"], (string fingerprint, HttpContext http, Database database) =>
            Sight.Everything(() => database.Read(db => KeyRow.Find(db, fingerprint))) is { } key ? Text(http, [key]) : new Refusal(404, "There is no key of that fingerprint here.").AsResult())
            .Needs(Right.Enter).WithTags("Repositories").WithSummary("One public key, by its fingerprint");
        // Where zypper looks for the keys of a repository that it was given by address alone.
        routes.MapMethods("/repos/{name}/{repo}/repodata/repomd.xml.key", ["GET", "HEAD"], Armored).Needs(Right.Read).ExcludeFromDescription();
        routes.MapMethods("/repos/{name}/@{hash}/{repo}/repodata/repomd.xml.key", ["GET", "HEAD"], Armored).Needs(Right.Read).ExcludeFromDescription();
    }

    /// <summary>What a .repo file is to name in place of the tag's keys; null: those are everybody's to read.</summary>
    public static IReadOnlyList<string>? ByFingerprint(IDbConnection db, SkylineSettings settings, Tag tag) => settings.AnonymousMayRead && !tag.Private ? null : [.. KeyRow.ForClients(db, tag.Id).Select(key => key.Fingerprint)];

    static IResult Armored(string name, HttpContext http, Database database)
    {
        var keys = database.Read(db => Tag.Find(db, name) is { } tag ? KeyRow.ForClients(db, tag.Id) : KeyRow.Find(db, name.ToUpperInvariant()) is { } key ? [key] : null);
        if (keys is null) return new Refusal(404, $"There is no tag and no key '{name}' here; /api/tags lists the tags.").OrWhoAsks();
        return Text(http, keys);
    }

    static IResult Text(HttpContext http, IReadOnlyList<KeyRow> keys)
    {
        // A rotation adds to it, and a client must know the new key before it meets the new signature.
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Text(string.Concat(keys.Select(key => key.PublicArmored)), "application/pgp-keys", Encoding.ASCII);
    }
}
