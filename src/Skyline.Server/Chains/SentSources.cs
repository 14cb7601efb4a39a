using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Chains;

/// <summary>Source packages that a browser sends with a form, without any script.</summary>
static class SentSources
{
    static readonly string[] passed = ["target", "source", "from", "together", "scratch", "draft", "arch", "priority", "with", "without", "macros", "nocheck", "repos"];

    /// <returns>As of <see cref="SentFiles.Take"/>, each kept source package a field "source" more.</returns>
    public static Task<(IReadOnlyList<KeyValuePair<string, string?>>? Fields, Refusal? Why)> Take(HttpContext http, IAntiforgery antiforgery, KeepSource keep) =>
        SentFiles.Take(http, antiforgery, KeptChoice.Most, $"A page takes {KeptChoice.Most} source packages at most, and that many are kept now; send more with `skyline chain --auto`.", passed.Contains,
            async (body, name) => await keep.Take(body, name, http.User.PersonId(), http.User, http.RequestAborted) switch
            {
                Kept.Whole whole => (whole.State.Sha256[..KeptChoice.ShortLength], null),
                Kept.Refused refused => (null, refused.Why),
                _ => throw new System.Diagnostics.UnreachableException(),
            }, "source");
}
