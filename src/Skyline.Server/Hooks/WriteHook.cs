using System.Data;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Hooks;

/// <summary>Hooks are made, changed, given another secret and removed: by whoever may build into their target, for themselves.</summary>
sealed class WriteHook(Database database, Chroots chroots, HookSecrets secrets, SkylineSettings settings, TimeProvider time)
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
        var paths = wanted.Paths ?? (request!.Subdirectory.Length > 0 ? [request.Subdirectory + "/**"] : []);
        var refusal = await database.Write(tx =>
        {
            var (target, no) = CheckWanted.Of(tx.Connection!, chroots, wanted.Target ?? "", wanted.Scratch || OnlyPullRequests(wanted), false, owner, null, null);
            if (target is null) return no;
            if (tx.One<long>("SELECT count(*) FROM hooks WHERE owner_id = @owner AND removed_at IS NULL", new { owner }) >= MostOfOne) return new(409, $"You have {MostOfOne} hooks, and nobody has more; remove those that are not used: skyline hook list.");
            return tx.Execute("""
                INSERT INTO hooks (key, name, forge, url, target_id, method, subdirectory, branches, tags, paths, pull_requests, scratch, owner_id, secret, forge_token, api, server, created_at)
                VALUES (@key, @Name, @forge, @url, @target, @method, @Subdirectory, @branches, @tags, @paths, @pulls, @Scratch, @owner, @sealed, @token, @Api, @server, @now) ON CONFLICT DO NOTHING
                """, new
            {
                key, wanted.Name, forge = wanted.Forge.ToString(), url = request!.Url.Text, target = target.Id, method = wanted.Method?.ToString(), request.Subdirectory, branches = Kept(wanted.Branches), tags = Kept(wanted.Tags), paths = Kept(paths),
                pulls = wanted.PullRequests.ToString(), wanted.Scratch, owner, @sealed = secrets.Seal(key, secret), token = wanted.ForgeToken is { Length: > 0 } token ? secrets.Seal(key, token) : null, wanted.Api, server, now = time.Stamp(),
            }) == 0 ? new(409, $"There is a hook '{wanted.Name}' already, of yours or of somebody else's; call this one something else.") : null;
        }, ct);
        return refusal is null ? (wanted.Secret is null ? secret : null, null) : (null, refusal);
    }

    /// <param name="person">Whose the hook must be; null: anybody's.</param>
    public Task<Refusal?> Edit(string name, HookEdit edit, long? person, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return Hook.None(name);
        var (branches, tags, pulls) = (edit.Branches ?? hook.Branches, edit.Tags ?? hook.Tags, edit.PullRequests ?? hook.PullRequests);
        if (WhyNotRules(branches, tags, edit.Paths ?? hook.Paths, pulls) is { } bad) return bad;
        if (edit.ForgeToken is { Length: > LongestSecret } || edit.ForgeToken?.Any(letter => letter is < '!' or > '~') == true) return NoToken;
        if (edit.Api is { } api && WhyNotApi(api, hook.Url) is { } wrong) return wrong;
        var scratch = edit.Scratch ?? hook.Scratch;
        var (target, why) = CheckWanted.Of(tx.Connection!, chroots, edit.Target ?? hook.Target, scratch || branches.Count + tags.Count == 0, false, hook.OwnerId, null, null);
        if (target is null) return why;
        tx.Execute("""
            UPDATE hooks SET target_id = @target, branches = @branches, tags = @tags, paths = coalesce(@paths, paths), pull_requests = @pulls, scratch = @scratch, api = coalesce(@Api, api),
                forge_token = CASE WHEN @keeps THEN forge_token ELSE @token END, revision = revision + 1 WHERE id = @Id
            """, new
        {
            hook.Id, target = target.Id, branches = Kept(branches), tags = Kept(tags), paths = edit.Paths is null ? null : Kept(edit.Paths), pulls = pulls.ToString(), scratch, edit.Api,
            keeps = edit.ForgeToken is null, token = edit.ForgeToken is { Length: > 0 } token ? secrets.Seal(hook.Key, token) : null,
        });
        return null;
    }, ct);

    /// <summary>Both secrets are good for a week, so that the forge can be told the new one in peace; unless the first may be known to others.</summary>
    public async Task<(string? Secret, Refusal? Why)> Rotate(string name, RotateHook rotate, long? person, CancellationToken ct) => await database.Write<(string?, Refusal?)>(tx =>
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return (null, Hook.None(name));
        if (WhyNotSecret(hook.Forge, rotate.Secret) is { } bad) return (null, bad);
        var (secret, now) = (rotate.Secret ?? Signature.NewSecret(hook.Forge), time.Stamp());
        tx.Execute("UPDATE hooks SET earlier_secret = CASE WHEN @AtOnce THEN NULL ELSE secret END, earlier_until = CASE WHEN @AtOnce THEN NULL ELSE @until END, secret = @sealed, revision = revision + 1 WHERE id = @Id",
            new { hook.Id, rotate.AtOnce, until = now + Week, @sealed = secrets.Seal(hook.Key, secret) });
        return (rotate.Secret is null ? secret : null, null);
    }, ct);

    public Task<Refusal?> Remove(string name, long? person, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (Hook.Find(tx.Connection!, name, person) is not { } hook) return Hook.None(name);
        // Written over first: what the database lets go of keeps its bytes.
        tx.Execute("UPDATE hooks SET secret = zeroblob(length(secret)), earlier_secret = zeroblob(length(earlier_secret)), forge_token = zeroblob(length(forge_token)) WHERE id = @Id", hook);
        tx.Execute("UPDATE hooks SET secret = x'', earlier_secret = NULL, forge_token = NULL, removed_at = @now, revision = revision + 1 WHERE id = @Id", new { hook.Id, now = time.Stamp() });
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
