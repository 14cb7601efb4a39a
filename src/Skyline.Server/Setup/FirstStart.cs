using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Setup;

/// <summary>
/// Leaves the appliance ready to build: the administrator and the local builder, each with a token in a file that only its owner
/// can read, and, where a setting names it, the first tag and target. Every step is skipped where its result is there, so a start that was
/// killed half-way is finished by the next.
/// </summary>
public sealed class FirstStart(
    Database database, SkylineSettings settings, Chroots chroots, KeyFile keyFile, TakeOverKey takeOver, SigningKeys keys, CreateTag createTag, CreateTarget createTarget, EnrolBuilder enrol, PublishSnapshot publish,
    TimeProvider time, ILogger<FirstStart> log)
{
    public const string Administrator = "admin", LocalBuilder = "local";

    public async Task Run(CancellationToken ct)
    {
        keyFile.RefuseIfOpenToOthers();
        await takeOver.Run(ct);
        await MakeAdministrator(ct);
        await MakeLocalBuilder(ct);
        await MakeFirstTag(ct);
        await GiveEveryTagARepository(ct);
        if (keys.WhyNot() is { } fault) log.LogError("{Fault}", fault);
    }

    async Task MakeAdministrator(CancellationToken ct)
    {
        if (database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM users)"))) return;
        var token = Token.New();
        var file = Path.Combine(settings.Data, "admin.token");
        Token.WriteFile(file, token);
        await database.Write(tx =>
        {
            var now = time.Stamp();
            var id = tx.One<long>("INSERT INTO users (name, role, created_at) VALUES (@Administrator, 'admin', @now) RETURNING id", new { Administrator, now });
            tx.Execute("INSERT INTO tokens (sha256, user_id, created_at) VALUES (@hash, @id, @now)", new { hash = Token.Hash(token), id, now });
        }, ct);
        log.LogInformation("The administrator's token is in {File}: skyline login ADDRESS --token-file {File}", file, file);
    }

    async Task MakeLocalBuilder(CancellationToken ct)
    {
        if (database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builders)"))) return;
        // The file first: a token that nobody knows yet is harmless, a builder whose token is lost is not.
        var token = Token.New();
        Token.WriteFile(Path.Combine(settings.Data, "builder.token"), token);
        await enrol.Enrol(new NewBuilder(LocalBuilder, Administrator), token, ct);
    }

    async Task MakeFirstTag(CancellationToken ct)
    {
        // What nobody has named is asked for on the first page (FirstRun.cs).
        if (settings.FirstTag.Length == 0 || database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM targets)"))) return;
        if (await createTag.Create(new NewTag(settings.FirstTag, FirstChroot()), ct) is { Status: not 409 } refusal)
            throw new InvalidOperationException($"The first tag could not be made. {refusal.Sentence} (Skyline__FirstTag, Skyline__FirstChroot)");
        await createTarget.Create(new NewTarget(settings.FirstTag, settings.FirstTag, settings.FirstTag), ct);
    }

    /// <summary>A tag whose making was killed between its row and its first snapshot has none yet.</summary>
    async Task GiveEveryTagARepository(CancellationToken ct)
    {
        foreach (var tag in database.Read(db => db.All<long>("SELECT id FROM tags WHERE id NOT IN (SELECT tag_id FROM snapshots)")))
            await publish.BringUpToDate(tag, ct);
    }

    string FirstChroot() =>
        settings.FirstChroot is { Length: > 0 } named ? named
        : chroots.Find(settings.FirstTag) is { } same ? same.Name
        : chroots.All.Select(chroot => chroot.Name).FirstOrDefault(name => name.StartsWith(settings.FirstTag + "-", StringComparison.Ordinal)) ?? settings.FirstTag;
}
