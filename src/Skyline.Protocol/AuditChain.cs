using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Skyline.Protocol;

/// <summary>
/// The chain of the audit log. An entry is one JSON object in UTF-8, without line ends. Its hash is the SHA-256, in lower-case hex, of exactly these bytes:
/// the hash of the entry before as 64 ASCII letters (of the first entry: 64 zeros), then the entry's own bytes. Its member "number" counts from 1
/// without gaps. In an export each line is an entry whose last member is its hash: cut `,"hash":"…"}` (75 letters) off the line's end and put `}` there, and
/// the entry is what it was when it was hashed.
/// </summary>
public sealed class AuditChain
{
    /// <summary>What stands before the first entry: 64 zeros.</summary>
    public static readonly string Beginning = new('0', 64);

    const int Tail = 75;

    /// <summary>Hash of the last entry that was looked at; before the first, <see cref="Beginning"/>.</summary>
    public string Head { get; private set; } = Beginning;

    /// <summary>Number of the last entry that was looked at; 0: none was.</summary>
    public long Number { get; private set; }

    /// <summary>The hash of an entry that stands behind another.</summary>
    /// <param name="before">The other's hash; of the first entry <see cref="Beginning"/>.</param>
    /// <param name="entry">One JSON object, as it is written.</param>
    /// <returns>The SHA-256, 64 letters of lower-case hex.</returns>
    public static string Next(string before, string entry) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(before + entry)));

    /// <summary>An entry as an export has it: with its hash as the last member.</summary>
    /// <param name="entry">One JSON object, as it was hashed.</param>
    /// <param name="hash">In lower-case hex.</param>
    public static string Line(string entry, string hash) => $"{entry[..^1]},\"hash\":\"{hash}\"}}";

    /// <summary>Looks at the next line of an export: its number must follow, and its hash be that of the chain.</summary>
    /// <param name="line">As the export has it, without its line end.</param>
    /// <returns>Null: the line is as the chain wants the next one to be. Otherwise what is wrong with it, in a sentence; the chain stands where it stood.</returns>
    public string? Add(string line) => line.Length > Tail && line[^Tail..].StartsWith(",\"hash\":\"", StringComparison.Ordinal) && line.EndsWith("\"}", StringComparison.Ordinal)
        ? Add(line[..^Tail] + "}", line[^66..^2])
        : $"After entry {Number} comes a line that is no entry of an audit log.";

    /// <summary>As <see cref="Add(string)"/>, of an entry and its hash apart.</summary>
    /// <param name="entry">One JSON object, as it was hashed.</param>
    /// <param name="hash">In lower-case hex.</param>
    /// <returns>Null: it is as the chain wants the next one to be. Otherwise what is wrong with it, in a sentence; the chain stands where it stood.</returns>
    public string? Add(string entry, string hash)
    {
        var (number, expected) = (NumberOf(entry), Number + 1);
        if (number != expected)
            return number is null ? $"What stands in the place of entry {expected} is no entry." : string.Create(CultureInfo.InvariantCulture, $"After entry {Number} comes entry {number}: {(number > expected ? "what was between them is gone" : "it stands in the wrong place")}.");
        if (Next(Head, entry) != hash) return $"Entry {number} is not what it was when it was written, or what is before it is not.";
        (Head, Number) = (hash, expected);
        return null;
    }

    static long? NumberOf(string entry)
    {
        try
        {
            using var read = JsonDocument.Parse(entry);
            return read.RootElement.ValueKind == JsonValueKind.Object && read.RootElement.TryGetProperty("number", out var number) && number.TryGetInt64(out var given) ? given : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
