using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Builds;

/// <summary>A build's options as its row has them: null, or JSON.</summary>
static class KeptOptions
{
    public static string? Text(BuildOptions? options) => options is null ? null : JsonSerializer.Serialize(options, SkylineJson.Default.BuildOptions);

    public static BuildOptions? Read(string? text) => text is null ? null : JsonSerializer.Deserialize(text, SkylineJson.Default.BuildOptions);

    /// <summary>What a vote takes of them.</summary>
    public static string? Sha256(string? text) => text is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
