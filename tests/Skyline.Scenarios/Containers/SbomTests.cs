using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Scenarios.Containers;

/// <summary>
/// packaging/containers/sbom, of this machine as if it were an image: the engine is a script that looks here. (`./dev proof compose` holds the lists of the real images against them.)
/// </summary>
public sealed partial class SbomTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("skyline-sbom-");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [GeneratedRegex("^SPDXRef-[A-Za-z0-9.-]+$")] private static partial Regex SpdxId { get; }

    async Task<JsonElement> ListThisMachine()
    {
        var programs = Path.GetDirectoryName(Checkout.Program("Skyline.Server", "skyline-server"))!;
        var engine = Path.Combine(folder.FullName, "engine");
        await File.WriteAllTextAsync(engine, $$"""
            #!/bin/bash
            case $1 in
                image) echo '[{"Id": "sha256:0123456789abcdef0123", "Created": "2026-12-01T10:00:00.123456789Z"}]' ;;
                run) exec sh -c "${@: -1}" ;;
            esac
            """, Ct);
        File.SetUnixFileMode(engine, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging", "containers", "sbom"), Ct)).Replace("find /usr/lib/skyline ", $"find {programs} -maxdepth 1 ", StringComparison.Ordinal);
        var here = Path.Combine(folder.FullName, "sbom");
        await File.WriteAllTextAsync(here, script, Ct);
        var said = (await Tool.Run("/usr/bin/env", ["SKYLINE_ENGINE=" + engine, "/usr/bin/python3", here, "registry.example.org/skyline-server:1", Path.Combine(Checkout.Root, "src", "Skyline.Server", "package-lock.json")], Ct)).Ok("sbom");
        return JsonDocument.Parse(said).RootElement;
    }

    [Fact]
    public async Task It_is_a_document_of_SPDX_2_3_whose_references_lead_somewhere()
    {
        var list = await ListThisMachine();

        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT", "skyline-server"), (Text(list, "spdxVersion"), Text(list, "dataLicense"), Text(list, "SPDXID"), Text(list, "name")));
        Assert.Matches("^https://[^#]+$", Text(list, "documentNamespace"));
        Assert.Equal("2026-12-01T10:00:00Z", Text(list.GetProperty("creationInfo"), "created"));
        var packages = list.GetProperty("packages").EnumerateArray().ToList();
        Assert.All(packages, package =>
        {
            Assert.Matches(SpdxId, Text(package, "SPDXID"));
            Assert.NotEmpty(Text(package, "name")!);
            Assert.NotEmpty(Text(package, "downloadLocation")!);
            // Without the files themselves there is no verification code, and this says so.
            Assert.False(package.GetProperty("filesAnalyzed").GetBoolean());
        });
        var ids = packages.Select(package => Text(package, "SPDXID")!).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(list.GetProperty("relationships").EnumerateArray(), relation =>
        {
            Assert.Contains(Text(relation, "spdxElementId")!, ids.Append("SPDXRef-DOCUMENT"));
            Assert.Contains(Text(relation, "relatedSpdxElement")!, ids);
        });
        Assert.Single(list.GetProperty("relationships").EnumerateArray(), relation => Text(relation, "relationshipType") == "DESCRIBES");
    }

    [Fact]
    public async Task It_names_the_systems_packages_and_NuGets_and_npms_with_checksums_and_licences()
    {
        var packages = (await ListThisMachine()).GetProperty("packages").EnumerateArray().ToLookup(package => Text(package, "name"));

        var dapper = Assert.Single(packages["Dapper"]);
        Assert.StartsWith("pkg:nuget/Dapper@", Text(dapper.GetProperty("externalRefs")[0], "referenceLocator"));
        Assert.Matches("^[0-9a-f]{128}$", Text(dapper.GetProperty("checksums")[0], "checksumValue"));
        var dagre = Assert.Single(packages["@dagrejs/dagre"]);
        Assert.Equal("MIT", Text(dagre, "licenseDeclared"));
        Assert.StartsWith("pkg:npm/%40dagrejs/dagre@", Text(dagre.GetProperty("externalRefs")[0], "referenceLocator"));
        var bash = Assert.Single(packages["bash"]);
        Assert.Matches("^pkg:(deb|rpm)/[a-z]+/bash@[^?]+\\?arch=", Text(bash.GetProperty("externalRefs")[0], "referenceLocator"));
    }

    static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    public void Dispose() => folder.Delete(recursive: true);
}
