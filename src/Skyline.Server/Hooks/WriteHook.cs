using System.Data;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Told;

namespace Skyline.Server.Hooks;

/// <summary>Hooks are made, changed, given another secret and removed: by whoever may build into their target, for themselves.</summary>
sealed class WriteHook(Database database, Chroots chroots, SealedSecrets secrets, SkylineSettings settings, TimeProvider time)
{
    const int MostOfOne = 500, ShortestSecret = 16, LongestSecret = 500;
    const long Week = 7L * 86_400_000;

    /// <param name="server">The address that people know this server by.</param>
    /// <returns>The secret, where the server made it.</returns>
    public async Task<(string? Secret, Refusal? Why)> Add(NewHook wanted, long owner, string server, CancellationToken ct)
    {
        var (request, bad) = SourceRequest.Of(wanted.Url ?? "", null, wanted.Subdirectory, wanted.Method, settings);
        if ((bad ?? WhyNot(wanted, request!)) is { } why) return (null, why);
        var (key, secret) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), wanted.Secret ?? Signature.NewSecret(wanted.Forge));
        var (kept, token) = (secrets.Seal(secret), wanted.ForgeToken is { Length: > 0 } given ? secrets.Seal(given) : null);
        var paths = wanted.Paths ?? (request!.Subdirectory.Length > 0 ? [request.Subdirectory + "/**"] : []);
        var refusal = await database.Write<Refusal?>(tx =>
        {
            var (target, no) = CheckWanted.Of(tx.Connection!, chroots, wanted.Target ?? "", wanted.Scratch || OnlyPullRequests(wanted), false, owner, null, null);
            if (target is null) return no;
            if (tx.One<long>("SELECT count(*) FROM hooks WHERE owner_id = @owner AND removed_at IS NULL", new { owner }) >= MostOfOne) return new(409, $"You have {MostOfOne} hooks, and nobody has more; remove those that are not used: skyline hook list.");
            if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM hooks WHERE name = @Name AND removed_at IS NULL)", new { wanted.Name })) return new(409, $"There is a hook '{wanted.Name}' already, of yours or of somebody else's; call this one something else.");
            tx.Execute("""
                INSERT INTO hooks (key, name, forge, url, target_id, method, subdirectory, branches, tags, paths, pull_requests, scratch, owner_id, secret_id, forge_token_id, api, server, created_at)
                VALUES (@key, @Name, @forge, @url, @target, @method, @Subdirectory, @branches, @tags, @paths, @pulls, @Scratch, @owner, @secret, @token, @Api, @server, @now)
                """, new
            {
                key, wanted.Name, forge = wanted.Forge.ToString(), url = request!.Url.Text, target = target.Id, method = wanted.Method?.ToString(), request.Subdirectory, branches = Kept(wanted.Branches), tags = Kept(wanted.Tags), paths = Kept(paths),
                pulls = wanted.PullRequests.ToString(), wanted.Scratch, owner, secret = SealedSecrets.Keep(tx, kept, time.Stamp()), token = token is null ? (long?)null : SealedSecrets.Keep(tx, token, time.Stamp()), wanted.Api, server, now = time.Stamp(),
            });
            tx.Note("made", $"hook {wanted.Name}", after: new { wanted.Forge, Url = request.Url.Text, request.Subdirectory, Target = target.Name, Branches = wanted.Branches ?? [], Tags = wanted.Tags ?? [], Paths = paths, wanted.PullRequests, wanted.Scratch, TellsForge = token is not null });
            return null;
        }, ct);
        return refusal is null ? (wanted.Secret is null ? secret : null, null) : (null, refusal);
    }

    /// <param name="person">Whose the hook must be; null: anybody's.</param>
    public Task<Refusal?> Edit(string name, HookEdit edit, long? person, CancellationToken ct)
    {
        if (edit.ForgeToken is { Length: > LongestSecret } || edit.ForgeToken?.Any(letter => letter is < '!' or > '~') == true) return Task.FromResult<Refusal?>(NoToken);
        var token = edit.ForgeToken is { Length: > 0 } given ? secrets.Seal(given) : null;
        return database.Write(tx => Edit(tx, name, edit, token, person), ct);
    }

    Refusal? Edit(IDbTransaction tx, string name, HookEdit edit, SealedSecret? token, long? person)
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return Hook.None(name);
        var (branches, tags, pulls) = (edit.Branches ?? hook.Branches, edit.Tags ?? hook.Tags, edit.PullRequests ?? hook.PullRequests);
        if (WhyNotRules(branches, tags, edit.Paths ?? hook.Paths, pulls) is { } bad) return bad;
        if (edit.Api is { } api && WhyNotApi(api, hook.Url) is { } wrong) return wrong;
        var scratch = edit.Scratch ?? hook.Scratch;
        var (target, why) = CheckWanted.Of(tx.Connection!, chroots, edit.Target ?? hook.Target, scratch || branches.Count + tags.Count == 0, false, hook.OwnerId, null, null);
        if (target is null) return why;
        var paths = edit.Paths ?? hook.Paths;
        tx.Execute("""
            UPDATE hooks SET target_id = @target, branches = @branches, tags = @tags, paths = @paths, pull_requests = @pulls, scratch = @scratch, api = coalesce(@Api, api), revision = revision + 1 WHERE id = @Id
            """, new { hook.Id, target = target.Id, branches = Kept(branches), tags = Kept(tags), paths = Kept(paths), pulls = pulls.ToString(), scratch, edit.Api });
        if (edit.ForgeToken is not null) Replace(tx, hook, token);
        tx.Note("changed", $"hook {name}", new { hook.Target, hook.Branches, hook.Tags, hook.Paths, hook.PullRequests, hook.Scratch, hook.Api, TellsForge = hook.ForgeTokenId is not null },
            new { Target = target.Name, Branches = branches, Tags = tags, Paths = paths, PullRequests = pulls, Scratch = scratch, Api = edit.Api ?? hook.Api, TellsForge = edit.ForgeToken is null ? hook.ForgeTokenId is not null : token is not null }, hook.Id);
        return null;
    }

    /// <summary>What waits to be said with the one before goes with it.</summary>
    void Replace(IDbTransaction tx, Hook hook, SealedSecret? token)
    {
        tx.Execute("UPDATE hooks SET forge_token_id = @token WHERE id = @Id", new { hook.Id, token = token is null ? (long?)null : SealedSecrets.Keep(tx, token, time.Stamp()) });
        if (hook.ForgeTokenId is { } before) SealedSecrets.Remove(tx, before);
    }

    /// <summary>Both secrets are good for a week, so that the forge can be told the new one in peace; unless the first may be known to others.</summary>
    public async Task<(string? Secret, Refusal? Why)> Rotate(string name, RotateHook rotate, long? person, CancellationToken ct) => await database.Write<(string?, Refusal?)>(tx =>
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return (null, Hook.None(name));
        if (WhyNotSecret(hook.Forge, rotate.Secret) is { } bad) return (null, bad);
        var (secret, now) = (rotate.Secret ?? Signature.NewSecret(hook.Forge), time.Stamp());
        tx.Execute("UPDATE hooks SET earlier_secret_id = CASE WHEN @AtOnce = 1 THEN NULL ELSE secret_id END, earlier_until = CASE WHEN @AtOnce = 1 THEN NULL ELSE @until END, secret_id = @kept, revision = revision + 1 WHERE id = @Id",
            new { hook.Id, rotate.AtOnce, until = now + Week, kept = SealedSecrets.Keep(tx, secrets.Seal(secret), now) });
        if (hook.EarlierSecretId is { } earlier) SealedSecrets.Remove(tx, earlier);
        if (rotate.AtOnce) SealedSecrets.Remove(tx, hook.SecretId);
        tx.Note(rotate.AtOnce ? "given another secret at once" : "given another secret", $"hook {name}", id: hook.Id);
        return (rotate.Secret is null ? secret : null, null);
    }, ct);

    public Task<Refusal?> Remove(string name, long? person, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return Hook.None(name);
        foreach (var secret in new[] { hook.SecretId, hook.EarlierSecretId, hook.ForgeTokenId }.OfType<long>()) SealedSecrets.Remove(tx, secret);
        tx.Execute("UPDATE hooks SET removed_at = @now, revision = revision + 1 WHERE id = @Id", new { hook.Id, now = time.Stamp() });
        tx.Note("removed", $"hook {name}", new { hook.Forge, hook.Url, hook.Target, hook.Owner }, id: hook.Id);
        return null;
    }, ct);

    static Refusal? WhyNot(NewHook wanted, SourceRequest request) =>
        !Names.IsGood(wanted.Name) ? new(400, $"A hook is called something, so that you know it again: a name is {Names.Rule}.")
        : !Enum.IsDefined(wanted.Forge) ? new(400, $"A forge is one of {string.Join(", ", Enum.GetNames<Forge>())}.")
        : request.Url.Scheme == "git" ? new(400, "What a forge sends hooks for has an address with https.")
        : WhyNotRules(wanted.Branches ?? [], wanted.Tags ?? [], wanted.Paths ?? [], wanted.PullRequests) is { } rules ? rules
        : wanted.ForgeToken is { Length: > LongestSecret } || wanted.ForgeToken?.Any(letter => letter is < '!' or > '~') == true ? NoToken
        : wanted.Api is { } api && WhyNotApi(api, request.Url.Text) is { } bad ? bad
        : WhyNotSecret(wanted.Forge, wanted.Secret);

    static readonly Refusal NoToken = new(400, $"A forge's token is up to {LongestSecret} letters, digits and signs without spaces.");

    static Refusal? WhyNotRules(IReadOnlyList<string> branches, IReadOnlyList<string> tags, IReadOnlyList<string> paths, PullRequestsOf pulls) =>
        !Enum.IsDefined(pulls) ? new(400, $"Whose pull requests are built is one of {string.Join(", ", Enum.GetNames<PullRequestsOf>())}.")
        : branches.Count == 0 && tags.Count == 0 && pulls == PullRequestsOf.Nobody ? new(400, "A hook builds something: name branches (--branch main), tags (--tag 'v*'), or pull requests (--pull-requests members).")
        : branches.Count > Glob.Most || tags.Count > Glob.Most || paths.Count > Glob.Most ? new(400, $"There are up to {Glob.Most} patterns of each kind; with ** one stands for many.")
        : branches.Concat(tags).Concat(paths).Select(pattern => Glob.WhyNot(pattern ?? "")).FirstOrDefault(why => why is not null) is { } wrong ? new(400, wrong)
        : null;

    /// <summary>The token goes there, so it is over TLS where the repository is; whose host it is, is its owner's word.</summary>
    static Refusal? WhyNotApi(string api, string url) =>
        api.Length <= 500 && Uri.TryCreate(api, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && (uri.Scheme == "https" || url.StartsWith("http:", StringComparison.Ordinal)) && uri is { UserInfo: "", Query: "", Fragment: "" } ? null
        : new(400, $"'{Payload.Word(api)}' is no address of a forge's API; it is https://HOST/PATH, without a user, a query or a fragment.");

    static Refusal? WhyNotSecret(Forge forge, string? secret) =>
        forge == Forge.Pagure && secret is null ? new(400, "Pagure makes the secret itself: give the project's web-hook key (Settings, Hooks), as --secret-file.")
        : forge != Forge.Pagure && secret is not null ? new(400, $"For {forge} the server makes the secret, and shows it once; leave it out.")
        : secret is { Length: < ShortestSecret or > LongestSecret } || secret?.Any(letter => letter is < '!' or > '~') == true ? new(400, $"A secret is {ShortestSecret} to {LongestSecret} letters, digits and signs without spaces.")
        : null;

    static bool OnlyPullRequests(NewHook wanted) => (wanted.Branches?.Count ?? 0) + (wanted.Tags?.Count ?? 0) == 0;

    static string Kept(IReadOnlyList<string>? patterns) => string.Join('\n', patterns ?? []);
}
