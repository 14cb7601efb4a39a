using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Server.Tests.Api;

/// <summary>The client library as others get it: packed, restored into a project of their own, and run against a live server.</summary>
public sealed partial class ClientPackageTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-client-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string Feed => Path.Combine(folder, "feed");

    [Fact]
    public async Task The_example_of_its_readme_compiles_against_the_package_and_submits_waits_reads_the_log_and_lists_the_tag()
    {
        await Pack();
        var program = await Build(Example().Match(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "src", "Skyline.Protocol", "README.md"), Ct)).Groups[1].Value);
        await using var site = await Site.Open();
        var source = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        await File.WriteAllBytesAsync(Path.Combine(folder, source.FileName), source.Bytes, Ct);

        var client = Tool.Run("dotnet", [program, site.Address.ToString(), site.AdminToken, Path.Combine(folder, source.FileName), "paper"], Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var leasing = builder.Lease(60);
        // If it fails before it submits, that is told, and not that there was no work.
        Assert.True(await Task.WhenAny(leasing, client) == leasing, client.IsCompleted ? (await client).Output : "");
        var run = await leasing;
        await site.LocalBuilder.AppendLog(run.RunId, 0, Encoding.UTF8.GetBytes("built on paper\n"), Ct);
        await builder.Deliver(run, source, Papers.Binary("hello", "1", "1"));

        var said = (await client).Ok("The example").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["submitted hello-1-1", "ended Complete", "log built on paper", "tag hello-1-1"], said[..4]);
        Assert.StartsWith("refused 404 ", said[4], StringComparison.Ordinal);
        Assert.Contains("987654", said[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_brings_its_readme_its_licence_its_documentation_and_its_symbols()
    {
        await Pack();
        await using var package = await ZipFile.OpenReadAsync(Directory.GetFiles(Feed, "Skyline.Client.*.nupkg").Single(), Ct);
        using var about = new StreamReader(await package.GetEntry("Skyline.Client.nuspec")!.OpenAsync(Ct));
        var nuspec = await about.ReadToEndAsync(Ct);

        Assert.Contains("<license type=\"expression\">Apache-2.0</license>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<authors>The Skyline authors</authors>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<dependency id=\"Skyline.Rpm\"", nuspec, StringComparison.Ordinal);
        foreach (var file in new[] { "README.md", "lib/net10.0/Skyline.Protocol.dll", "lib/net10.0/Skyline.Protocol.xml" }) Assert.NotNull(package.GetEntry(file));
        Assert.Single(Directory.GetFiles(Feed, "Skyline.Client.*.snupkg"));
    }

    async Task Pack()
    {
        foreach (var project in new[] { "Skyline.Rpm", "Skyline.Protocol" })
            (await Tool.Run("dotnet", ["pack", Path.Combine(Checkout.Root, "src", project), "-c", Checkout.Configuration, "--no-build", "-o", Feed, "-p:UseSharedCompilation=false", "-nodeReuse:false"], Ct)).Ok($"dotnet pack {project}");
    }

    /// <returns>The program's .dll: made with this package and none that somebody's cache has under the same version.</returns>
    async Task<string> Build(string code)
    {
        var version = Regex.Match(Path.GetFileName(Directory.GetFiles(Feed, "Skyline.Client.*.nupkg").Single()), @"Client\.(.+)\.nupkg").Groups[1].Value;
        var kept = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var project = Directory.CreateDirectory(Path.Combine(folder, "consumer")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), code, Ct);
        await File.WriteAllTextAsync(Path.Combine(project, "consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors><IsAotCompatible>true</IsAotCompatible><InvariantGlobalization>true</InvariantGlobalization>
                <RestoreAdditionalProjectSources>{Feed}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{folder}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{kept}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Skyline.Client" Version="[{version}]" /></ItemGroup>
            </Project>
            """, Ct);
        (await Tool.Run("dotnet", ["build", project, "-c", "Release", "-o", Path.Combine(project, "out"), "-nodeReuse:false", "-p:UseSharedCompilation=false"], Ct)).Ok("dotnet build");
        return Path.Combine(project, "out", "consumer.dll");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
