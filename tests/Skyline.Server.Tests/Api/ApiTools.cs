using Skyline.Testing;

namespace Skyline.Server.Tests.Api;

/// <summary>The tools that the API's document is tried with; `./dev test` has them made by `tests/api-tools/make`.</summary>
static class ApiTools
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Folder
    {
        get
        {
            var why = Environment.GetEnvironmentVariable("SKYLINE_NO_API_TOOLS");
            Assert.SkipWhen(why is { Length: > 0 }, why ?? "");
            return Environment.GetEnvironmentVariable("SKYLINE_API_TOOLS") is { Length: > 0 } made && File.Exists(Path.Combine(made, "made"))
                ? Path.Combine(made, "node_modules")
                : throw new InvalidOperationException("The API's tools are not there: run `./dev test`, or `tests/api-tools/make FOLDER` and set SKYLINE_API_TOOLS=FOLDER.");
        }
    }

    /// <summary>Every recommended rule of Redocly's linter.</summary>
    public static async Task<Tool.Result> Lint(string document)
    {
        var cli = Path.Combine(Folder, "@redocly", "cli", "bin", "cli.js");
        var node = (await Tool.Run("node", ["--version"], Ct)).Ok("node --version").Trim().TrimStart('v');
        Assert.SkipUnless(Version.Parse(node) >= new Version(20, 19), $"The linter needs node 20.19 or later, and this is {node}.");
        return await Tool.Run("env", ["REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "node", cli, "lint", document, "--config", Path.Combine(Checkout.Root, "tests", "api-tools", "redocly.yaml"), "--format", "stylish"], Ct);
    }

    /// <summary>A client in Python, as a package skyline_client in the folder.</summary>
    public static async Task GeneratePython(string document, string folder) =>
        (await Tool.Run("java", ["-jar", Path.Combine(Folder, "@openapitools", "openapi-generator-cli", "bin", "openapi-generator.jar"),
            "generate", "-i", document, "-g", "python", "-o", folder, "--package-name", "skyline_client"], Ct)).Ok("openapi-generator");
}
