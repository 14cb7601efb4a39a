using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

/// <summary>One change as it is noted, before it is an entry of the chain.</summary>
/// <param name="By">Null: on whose behalf the write is.</param>
sealed record Change(string Act, string Thing, long? ThingId, System.Text.Json.Nodes.JsonObject? Before, System.Text.Json.Nodes.JsonObject? After, (long Id, string Name)? By);

static class ChangeNotes
{
    /// <summary>What this write does is no change that anybody would ask about later: an answer is kept, an upload noted.</summary>
    public static void IsNoChange(this IDbTransaction tx) => ((KeptTransaction)tx).IsNoChange = true;

    /// <summary>
    /// Notes a change in the write that makes it: with it, or not at all. Who, with what and from where comes by itself. Of <paramref name="before"/> and
    /// <paramref name="after"/> (anonymous objects of the same names; either may be null) what is the same in both is left out. Secrets are never passed here.
    /// </summary>
    /// <param name="act">In the packager's words, without a subject: "given the role release-engineer".</param>
    /// <param name="thing">What it was done to: "tag fedora-43", "build 17".</param>
    /// <param name="by">Who it was, where the door does not know it yet: somebody signs in.</param>
    public static void Note(this IDbTransaction tx, string act, string thing, object? before = null, object? after = null, long? id = null, (long Id, string Name)? by = null)
    {
        var (was, now) = FieldsOf.Changed(before, after);
        ((KeptTransaction)tx).Notes.Add(new(act, thing, id, was, now, by));
    }
}
