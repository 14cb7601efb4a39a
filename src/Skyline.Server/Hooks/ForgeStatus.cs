using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Server.Told;

namespace Skyline.Server.Hooks;

/// <summary>How a build stands, in the four words that forges have.</summary>
enum Standing { Pending, Success, Failure, Error }

/// <summary>What a forge is to be told of a build.</summary>
/// <param name="Number">Of the pull request; null: it is of a branch or a tag.</param>
sealed record ForgeStatus(Hook Hook, string Line, string Commit, long? Number, Standing Standing, string Description, string Address)
{
    const int LongestDescription = 140;

    /// <summary>A status of GitHub and a hook's name tell it from others' at the same commit.</summary>
    string Context => $"skyline/{Hook.Name}";

    string Short => Description.Length > LongestDescription ? Description[..(LongestDescription - 1)] + "…" : Description;

    /// <summary>
    /// The request, as each forge's API has it: GitHub https://docs.github.com/en/rest/commits/statuses, GitLab https://docs.gitlab.com/api/commits/#set-commit-pipeline-status,
    /// Forgejo and Gitea https://codeberg.org/api/swagger#/repository/repoCreateStatus, Pagure https://pagure.io/api/0/ ("Flag a commit", "Flag a pull-request").
    /// </summary>
    public Delivery Request()
    {
        var (api, repository) = Api();
        return (Hook.Forge switch
        {
            Forge.GitHub => Json(api, $"repos/{Escaped(repository)}/statuses/{Commit}", "Authorization", "Bearer ", Statuses(Word("pending", "success", "failure", "error"))) with { Headers = new Dictionary<string, string> { ["Accept"] = "application/vnd.github+json", ["X-GitHub-Api-Version"] = "2022-11-28" } },
            Forge.GitLab => Json(api, $"projects/{Uri.EscapeDataString(repository)}/statuses/{Commit}", "PRIVATE-TOKEN", "", new() { ["state"] = Word("pending", "success", "failed", "canceled"), ["name"] = Context, ["target_url"] = Address, ["description"] = Short }),
            Forge.Pagure => Flag(api, repository),
            _ => Json(api, $"repos/{Escaped(repository)}/statuses/{Commit}", "Authorization", "token ", Statuses(Word("pending", "success", "failure", "error"))),
        }) with { Topic = $"hook {Hook.Id} {Commit} {Line}" };
    }

    JsonObject Statuses(string state) => new() { ["state"] = state, ["target_url"] = Address, ["description"] = Short, ["context"] = Context };

    string Word(string pending, string success, string failure, string error) => Standing switch { Standing.Pending => pending, Standing.Success => success, Standing.Failure => failure, _ => error };

    Delivery Json(string api, string path, string header, string before, JsonObject body) =>
        new(DeliveryKind.Status, new($"{api}/{path}"), body.ToJsonString()) { Secret = new(Hook.ForgeTokenId!.Value, header, before) };

    /// <summary>Pagure takes forms. A pull request's commits are its fork's, so the pull request is flagged; by a name of the flag's own, it is changed and not added to.</summary>
    Delivery Flag(string api, string repository)
    {
        var path = repository.StartsWith("forks/", StringComparison.Ordinal) ? "fork/" + repository["forks/".Length..] : repository;
        var uid = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Hook.Key} {Line} {Commit}")))[..32];
        (string Name, string Value)[] fields = [("username", Context), ("comment", Short), ("url", Address), ("status", Word("pending", "success", "failure", "canceled")), ("uid", uid)];
        return new(DeliveryKind.Status, new($"{api}/{Escaped(path)}/{(Number is { } number ? $"pull-request/{number}" : $"c/{Commit}")}/flag"), string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}")))
        {
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/x-www-form-urlencoded" },
            Secret = new(Hook.ForgeTokenId!.Value, "Authorization", "token "),
        };
    }

    static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Where the API is, and what it calls the repository: the rest of its path, where a forge is not at the top of its host.</summary>
    (string Api, string Repository) Api()
    {
        var url = new Uri(Hook.Url);
        var top = url.GetLeftPart(UriPartial.Authority);
        var usual = Hook.Forge switch { Forge.GitHub => "/api/v3", Forge.GitLab => "/api/v4", Forge.Pagure => "/api/0", _ => "/api/v1" };
        var api = Hook.Api?.TrimEnd('/') ?? (Hook.Forge == Forge.GitHub && url.IdnHost == "github.com" ? "https://api.github.com" : top + usual);
        var above = new Uri(api).AbsolutePath is var path && path.EndsWith(usual, StringComparison.Ordinal) ? path[..^usual.Length].Trim('/') : "";
        var repository = url.AbsolutePath.Trim('/');
        if (above.Length > 0 && repository.StartsWith(above + "/", StringComparison.Ordinal)) repository = repository[(above.Length + 1)..];
        return (api, repository.EndsWith(".git", StringComparison.Ordinal) ? repository[..^4] : repository);
    }
}
