using System.Text.Json.Serialization;

namespace Skyline.Server.Backups;

/// <summary>What one backup consists of: `manifest.json`, written last. With it a person can put everything back by hand.</summary>
/// <param name="Format">Of this file and the folder; 1.</param>
/// <param name="Program">The version of Skyline that made it.</param>
/// <param name="Schema">Of the database.</param>
/// <param name="Keys">Whether the files of <see cref="BackedUp.Secrets"/> are in it.</param>
/// <param name="Database">`skyline.db` beside this file.</param>
/// <param name="Contents">`contents` beside this file: a line for each blob and file that is below `store/`.</param>
/// <param name="Missing">Blobs that the database names and that were not there, or were damaged, when it was made.</param>
sealed record Manifest(int Format, DateTimeOffset MadeAt, string Program, int Schema, bool Keys, Digested Database, Digested Contents, long Blobs, long BlobBytes, int Files, long FileBytes, IReadOnlyList<string> Missing)
{
    public const int Known = 1;
}

/// <param name="Sha256">Lower-case hex.</param>
sealed record Digested(string File, long Size, string Sha256);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Manifest))]
sealed partial class ManifestJson : JsonSerializerContext;
