using System.Text.Json.Nodes;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>
/// Whatever a person's request would change in a tag that asks for a second person was undone where it was written; here the request is kept as it came,
/// to be carried out when somebody agrees, and its answer is 202 with a sentence (of a form: the page of what waits).
/// </summary>
sealed class HoldForApproval(RequestDelegate next, Database database, Bells bells, TimeProvider time)
{
    const long LargestBody = 4 << 20;
    const int InMemory = 64 << 10;

    public async Task Invoke(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || !http.User.IsPerson())
        {
            await next(http);
            return;
        }
        var keeps = IsKept(http.Request);
        if (keeps) http.Request.EnableBuffering(InMemory);
        try
        {
            await next(http);
        }
        catch (NeedsSecondPersonException held) when (!http.Response.HasStarted)
        {
            await (await Hold(http, held.Held, keeps)).ExecuteAsync(http);
        }
    }

    /// <summary>What is small enough, and no package: those stream. (A form with a file is one where its door says that it may wait.)</summary>
    static bool IsKept(HttpRequest request) => request.ContentType is not { } type ? request.ContentLength is null or 0
        : request.HasJsonContentType() || request.ContentLength <= LargestBody && (!type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<Takes>() is not null) && !type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) && !type.Contains("rpm", StringComparison.OrdinalIgnoreCase);

    async Task<IResult> Hold(HttpContext http, HeldBack held, bool keeps)
    {
        if (!keeps || http.Request.Body is { CanSeek: true, Length: > LargestBody } || http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } door })
        {
            var why = new Refusal(409, $"{Names(held)} asks for a second person, and what is sent as a stream, or is larger than {LargestBody >> 20} MiB, cannot wait for one. Put it into another tag, and promote it from there.");
            return http.Request.HasFormContentType ? why.AsText() : why.AsResult();
        }
        var needs = http.GetEndpoint()!.Metadata.GetMetadata<NeedsAttribute>()!.Right;
        var body = await Body(http.Request, http.RequestAborted);
        var maker = (CallerIdentity)http.User.Identity!;
        var request = new KeptRequest(http.Request.Method, door, http.Request.Path, Route(http), http.Request.QueryString.Value ?? "", http.Request.ContentType, body);
        var (id, refused) = await database.Write(tx => MakeApproval.Put(tx, new(maker.PersonId!.Value, $"{maker.Name} wants {Act(held)}", needs.ToString(), request, null, held, maker.TokenId, maker.Scopes, WhatItTakes.Of(tx.Connection!, http, held)), time.Stamp()), http.RequestAborted);
        if (id is null) return refused!.AsResult();
        bells.Ring(Bells.Notices);
        bells.Ring(Bells.Approvals);
        if (http.Request.HasFormContentType) return Results.Redirect($"/approvals/{id}");
        return Results.Accepted($"/api/approvals/{id}", database.Read(db => MakeApproval.Answer(db, id.Value, time.Stamp())));
    }

    string Names(HeldBack held) => database.Read(db => $"'{string.Join("', '", held.Tags.Select(one => Tags.Tag.Of(db, one.Tag).Name))}'");

    /// <summary>"tag stable: hello-2-1 tagged", and how much more.</summary>
    internal static string Act(HeldBack held)
    {
        var changes = JsonNode.Parse(held.Changes)!["changes"]!.AsArray();
        var first = string.Join("; ", changes.Take(3).Select(change => $"{change!["thing"]}: {change["act"]}"));
        return (first.Length > 400 ? first[..400] + "…" : first) + (changes.Count > 3 ? $"; and {changes.Count - 3} more" : "");
    }

    static string Route(HttpContext http) => Entry.Text(new JsonObject(http.Request.RouteValues.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value?.ToString())))));

    static async Task<byte[]> Body(HttpRequest request, CancellationToken ct)
    {
        if (!request.Body.CanSeek) return [];
        request.Body.Position = 0;
        var whole = new MemoryStream();
        await request.Body.CopyToAsync(whole, ct);
        return whole.ToArray();
    }
}
