using System.Globalization;

namespace Skyline.Testing;

/// <summary>A builder's agent as a process.</summary>
public static class BuilderProcess
{
    /// <param name="isolation">"bubblewrap", "docker" or "auto".</param>
    /// <param name="within">What the command is put behind: a network of its own.</param>
    public static ProgramProcess Start(Uri server, string tokenFile, string data, string isolation = "bubblewrap", int slots = 1, IReadOnlyList<string>? within = null, string? mockImage = null) =>
        ProgramProcess.Start(
            Checkout.Program("Skyline.Builder", "skyline-builder"),
            ["--server", server.ToString(), "--token-file", tokenFile, "--data", data, "--isolation", isolation, "--slots", slots.ToString(CultureInfo.InvariantCulture),
                .. mockImage is null ? Array.Empty<string>() : ["--mock-image", mockImage]],
            new Dictionary<string, string> { ["SKYLINE_TESTOS"] = Checkout.TestOs }, within);
}
