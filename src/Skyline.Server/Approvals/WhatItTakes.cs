using System.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using Skyline.Server.Audit;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>What one must be let do in its tags to do what waits. It is kept beside it: who asked and who agrees are held to the same when it takes effect.</summary>
/// <param name="Named">Who is named in them needs no role for it (<see cref="InTag"/>).</param>
/// <param name="Elsewhere">In those that are not among these.</param>
/// <param name="InTags">By the tag's number.</param>
sealed record WhatItTakes(bool Named, Access Elsewhere, IReadOnlyDictionary<long, Access> InTags)
{
    static readonly Dictionary<long, Access> none = [];

    public Access In(long tag) => InTags.TryGetValue(tag, out var access) ? access : Elsewhere;

    /// <summary>What its door asked for (<see cref="InTag.Filter"/>), or says itself (<see cref="MayWaitForSecondPerson"/>).</summary>
    public static WhatItTakes Of(IDbConnection db, HttpContext http, HeldBack held)
    {
        var (door, asked) = (http.GetEndpoint()!.Metadata, InTag.AskedFor(http).DistinctBy(one => one.Name).ToDictionary(one => one.Name, one => one.Access));
        return new(door.GetMetadata<InTag>() is not null, door.GetMetadata<Takes>()?.Access ?? Access.Tag,
            held.Tags.Where(one => asked.ContainsKey(Tag.Of(db, one.Tag).Name)).ToDictionary(one => one.Tag, one => asked[Tag.Of(db, one.Tag).Name]));
    }

    public static WhatItTakes Of(ApprovalRow row) => row.BuildId is not null ? new(true, Access.Build, none)
        : JsonNode.Parse(row.Changes)!["takes"] is { } kept ? new(kept["named"]!.GetValue<bool>(), Read(kept["elsewhere"]), kept["in"]!.AsObject().ToDictionary(one => long.Parse(one.Key, CultureInfo.InvariantCulture), one => Read(one.Value)))
        // (Of before this was kept.)
        : new(false, Access.Tag, none);

    static Access Read(JsonNode? word) => TagRule.Read(word!.GetValue<string>())!.Value;

    /// <summary>As it is kept. No part of the digest: it says nothing of what is done.</summary>
    public string Beside(string changes)
    {
        var all = JsonNode.Parse(changes)!.AsObject();
        all["takes"] = new JsonObject
        {
            ["named"] = Named, ["elsewhere"] = TagRule.Word(Elsewhere),
            ["in"] = new JsonObject(InTags.Select(one => KeyValuePair.Create(one.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)TagRule.Word(one.Value)))),
        };
        return Entry.Text(all);
    }
}
