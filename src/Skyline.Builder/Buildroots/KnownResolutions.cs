using System.Security.Cryptography;
using System.Text.Json;

namespace Skyline.Builder;

/// <summary>
/// What the solver said, for who asks the very same again: of pinned repositories, whose content never changes, it would say the same.
/// The least recently asked go. In memory: what another dnf would say after an upgrade is asked of that one.
/// </summary>
sealed class KnownResolutions
{
    /// <summary>Some 0.2 MB each.</summary>
    const int Most = 64;

    readonly Lock gate = new();
    readonly Dictionary<string, LinkedListNode<(string Key, Resolution.Resolved Answer)>> known = [];
    readonly LinkedList<(string Key, Resolution.Resolved Answer)> newestFirst = [];

    /// <returns>The question's name here; null for one whose answer may be another tomorrow.</returns>
    public static string? KeyOf(ResolveQuestion question) => !question.Repos.All(repo => repo.Pinned) ? null
        : Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(question with { Cache = "" }, BuilderJson.Default.ResolveQuestion)));

    public Resolution.Resolved? Find(string? key)
    {
        lock (gate)
        {
            if (key is null || !known.TryGetValue(key, out var node)) return null;
            newestFirst.Remove(node);
            newestFirst.AddFirst(node);
            return node.Value.Answer;
        }
    }

    public void Note(string? key, Resolution answer)
    {
        if (key is null || answer is not Resolution.Resolved resolved) return;
        lock (gate)
        {
            if (known.ContainsKey(key)) return;
            known[key] = newestFirst.AddFirst((key, resolved));
            if (known.Count <= Most) return;
            known.Remove(newestFirst.Last!.Value.Key);
            newestFirst.RemoveLast();
        }
    }
}
