using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

static class KeyEndpoints
{
    public static void MapKeyAdministration(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api").WithTags("Keys");
        keys.MapGet("keys", (KeyViews views) => TypedResults.Ok(views.All())).Needs(Right.Read).WithSummary("All signing keys");
        keys.MapPost("keys/rotate", (NewKey wanted, ClaimsPrincipal caller, AddKey add, KeyViews views, CancellationToken ct) => Add(null, true, wanted, caller, add, views, ct))
            .Needs(Right.Administer).Produces<KeyDetails>(202).ProducesProblem(400).ProducesProblem(409).WithSummary("Replace the instance's key: everything is signed with the next one, then it is taken into use");
        keys.MapGet("tags/{tag}/keys", (string tag, KeyViews views) => views.OfTag(tag) is { } all ? Results.Ok(all) : new Refusal(404, $"There is no tag '{tag}'.").AsResult()).Needs(Right.Read)
            .Produces<IReadOnlyList<KeyDetails>>().ProducesProblem(404).WithSummary("What a tag's repository is and was signed with, the newest first");
        keys.MapPost("tags/{tag}/key", (string tag, NewKey wanted, ClaimsPrincipal caller, AddKey add, KeyViews views, CancellationToken ct) => Add(tag, false, wanted, caller, add, views, ct))
            .Needs(Right.Administer).Produces<KeyDetails>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Give a tag a key of its own");
        keys.MapPost("tags/{tag}/key/rotate", (string tag, NewKey wanted, ClaimsPrincipal caller, AddKey add, KeyViews views, CancellationToken ct) => Add(tag, true, wanted, caller, add, views, ct))
            .Needs(Right.Administer).Produces<KeyDetails>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Replace a tag's own key");
    }

    static async Task<IResult> Add(string? tag, bool replaces, NewKey wanted, ClaimsPrincipal caller, AddKey add, KeyViews views, CancellationToken ct)
    {
        var (key, why) = await add.Add(tag, replaces, wanted, caller.PersonId(), ct);
        return key is null ? why!.AsResult() : Results.Accepted($"/keys/{key.Fingerprint}.asc", views.Of(key));
    }
}

/// <summary>Keys as the API and the pages show them.</summary>
public sealed class KeyViews(Database database, SigningKeys keys)
{
    public IReadOnlyList<KeyDetails> All() => [.. database.Read(KeyRow.All).Select(Of)];

    public IReadOnlyList<KeyDetails>? OfTag(string name) =>
        database.Read(db => Tag.Find(db, name) is { } tag ? KeyRow.AllOfTag(db, tag.Id) : null) is { } rows ? [.. rows.Select(Of)] : null;

    internal KeyDetails Of(KeyRow row) => new(
        row.Fingerprint, row.TagId is { } tag ? database.Read(db => Tag.Of(db, tag)).Name : null, row.Kind, PublicKey.FromArmored(row.PublicArmored).UserId,
        Enum.Parse<KeyState>(row.State), row is { Secret: null, DestroyedAt: null }, row.CreatedAt.ToTime(), row.RetiredAt.ToTime(), Why(row), row.DestroyedAt.ToTime());

    string? Why(KeyRow row) => row.State == nameof(KeyState.Retired) ? null : keys.WhyNot(row) ?? row.Why ?? (row.State == nameof(KeyState.Next) ? Waiting(row) : null);

    string Waiting(KeyRow next) => database.Read(db => Rotation.Unsigned(db, next)) switch
    {
        0 => "Everything is signed with it; the repositories are being published.",
        1 => "1 package is still to be signed with it; until then clients see everything signed with the key before.",
        var many => $"{many} packages are still to be signed with it; until then clients see everything signed with the key before.",
    };
}
