using System.Text;
using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>
/// What the copr plugins of dnf 4 and dnf5 ask a server for, so that `dnf copr enable HOST/skyline/TAG` works as it does with Copr.
/// The owner of every project is "skyline", a project is a tag, and its one chroot the tag's own.
/// </summary>
static class CoprAddress
{
    const string projectOwner = "skyline";

    public static void MapCopr(this IEndpointRouteBuilder routes)
    {
        var copr = routes.MapGroup("").ExcludeFromDescription();
        // dnf 4 takes a whole .repo file, and can list and search.
        copr.MapMethods("/coprs/{owner}/{project}/repo/{chroot}/dnf.repo", ["GET", "HEAD"], RepoFile).Needs(Right.Read);
        copr.MapMethods("/api_3/project/list", ["GET", "HEAD"], (string ownername, Database database) => Projects(database, ownername == projectOwner ? "" : null)).Needs(Right.Read);
        copr.MapMethods("/api_3/project/search", ["GET", "HEAD"], (string query, Database database) => Projects(database, query)).Needs(Right.Read);
        // dnf5 takes facts, and makes the file and the repository's address of them itself.
        copr.MapMethods("/api_3/rpmrepo/{owner}/{project}/{nameVersion}", ["GET", "HEAD"], Facts).Needs(Right.Read);
        copr.MapMethods("/coprs/results/{owner}/{project}/pubkey.gpg", ["GET", "HEAD"], (string owner, string project, HttpContext http) => To(http, $"/keys/{Uri.EscapeDataString(TagAddress.Of(project))}.asc")).Needs(Right.Read);
        copr.MapMethods("/coprs/results/{owner}/{project}/{chroot}/{**path}", ["GET", "HEAD"], Result).Needs(Right.Read);
    }

    static IResult RepoFile(string owner, string project, string chroot, string? arch, HttpContext http, Database database, SkylineSettings settings)
    {
        if (Find(database, owner, project) is not { } tag) return NoProject(owner, project).AsResult();
        if (!Has(tag, $"{chroot}-{arch}"))
        {
            // The plugin reads this header and nothing else of a refusal.
            http.Response.Headers["Copr-Error-Data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject { ["available chroots"] = new JsonArray([.. Chroots(tag).Select(name => JsonValue.Create(name))]) }.ToJsonString()));
            return NoChroot(tag, $"{chroot}-{arch}").AsResult();
        }
        http.Response.Headers.CacheControl = "no-store";
        var address = settings.AddressFor(http);
        return Results.Text(RepoText.Of($"copr:{new Uri(address).Host}:{projectOwner}:{TagAddress.RepoId(tag.Name)}", tag.Name, address, zypper: false), "text/plain", Encoding.UTF8);
    }

    static IResult Facts(string owner, string project, string nameVersion, HttpContext http, Database database, SkylineSettings settings)
    {
        if (Find(database, owner, project) is not { } tag) return NoProject(owner, project).AsResult();
        var address = settings.AddressFor(http);
        http.Response.Headers.CacheControl = "no-store";
        return Json(new()
        {
            ["results_url"] = $"{address}/coprs/results",
            ["pubkey_url"] = $"{address}/keys/{TagAddress.Of(tag.Name)}.asc",
            ["directories"] = new JsonObject { [TagAddress.Of(tag.Name)] = new JsonObject() },
            ["repos"] = new JsonObject { [tag.Chroot] = new JsonObject { ["arch"] = new JsonObject(tag.Arches.Select(arch => KeyValuePair.Create<string, JsonNode?>(arch, new JsonObject { ["opts"] = new JsonObject() }))) } },
            ["dependencies"] = new JsonArray(),
        });
    }

    /// <summary>A file of the repository as dnf5 addresses it: by the chroot's name where we have the architecture's.</summary>
    static IResult Result(string owner, string project, string chroot, string? path, HttpContext http, Database database)
    {
        if (Find(database, owner, project) is not { } tag) return NoProject(owner, project).AsResult();
        if (!Has(tag, chroot)) return NoChroot(tag, chroot).AsResult();
        var steps = (path ?? "").Split('/').Select(Uri.EscapeDataString);
        return To(http, $"/repos/{Uri.EscapeDataString(TagAddress.Of(tag.Name))}/{chroot[(tag.Chroot.Length + 1)..]}/{string.Join('/', steps)}");
    }

    /// <param name="part">Of the project's name; null: of none.</param>
    static IResult Projects(Database database, string? part)
    {
        var found = database.Read(Tag.All).Where(tag => part is not null && $"{projectOwner}/{tag.Name}".Contains(part, StringComparison.OrdinalIgnoreCase));
        return Json(new() { ["items"] = new JsonArray([.. found.Select(tag => new JsonObject { ["name"] = TagAddress.Of(tag.Name), ["full_name"] = $"{projectOwner}/{TagAddress.Of(tag.Name)}", ["description"] = $"Made for {tag.Chroot}" })]) });
    }

    static Tag? Find(Database database, string owner, string project) => owner == projectOwner ? database.Read(db => Tag.Find(db, project)) : null;

    static bool Has(Tag tag, string chroot) => Chroots(tag).Contains(chroot);

    static IEnumerable<string> Chroots(Tag tag) => tag.Arches.Select(arch => $"{tag.Chroot}-{arch}");

    static IResult To(HttpContext http, string path) => Results.Redirect(http.Request.PathBase + path);

    static IResult Json(JsonObject content) => Results.Text(content.ToJsonString(), "application/json");

    static Refusal NoProject(string owner, string project) => new(404, $"There is no project {owner}/{project} here: a project is a tag, and the owner of all is '{projectOwner}' (dnf copr enable HOST/{projectOwner}/TAG).");

    static Refusal NoChroot(Tag tag, string chroot) => new(404, $"{projectOwner}/{tag.Name} is not made for {chroot}, but for {string.Join(", ", Chroots(tag))}.");
}
