using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks.Builders;

/// <summary>
/// The same package by `mock --rebuild`, with nothing kept and with mock's own root cache, and in a root that mock made and Skyline
/// kept. Where a real mock is at hand: SKYLINE_MOCK names the root of an image with it, as `./dev test --mock` takes it.
/// </summary>
public static class MockBench
{
    const string Image = "localhost/skyline-bench-mock:latest";

    public static IEnumerable<BenchResult> Run() => Environment.GetEnvironmentVariable("SKYLINE_MOCK") is { Length: > 0 } root
        ? Run(root, CancellationToken.None).GetAwaiter().GetResult()
        : [BenchResult.Beside("cold build by mock: no mock at hand (SKYLINE_MOCK)", 0, "")];

    static async Task<IReadOnlyList<BenchResult>> Run(string root, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            await Import(root, Path.Combine(folder, "image.tar"), ct);
            var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
            foreach (var mock in new[] { "whole", "root" }) await Define(chroots, mock, ct);
            File.Copy(Path.Combine(Checkout.Chroots, "testos-1.json"), Path.Combine(chroots, "testos-1.json"));
            await using var server = new ServerProcess(Path.Combine(folder, "server"), new Dictionary<string, string> { ["Skyline__Chroots"] = chroots });
            await server.Start();
            await using var builder = BuilderProcess.Start(server.Address, server.BuilderTokenFile, Path.Combine(folder, "builder"), "docker", mockImage: Image);
            var results = new List<BenchResult>();
            foreach (var (mock, first, second) in new[] { ("whole", "cold build by mock", "the same with mock's root cache"), ("root", "cold build in a root that mock makes", "the same in the root kept") })
            {
                await server.Admin().CreateTag(new NewTag(mock, "mocked-" + mock, ["x86_64"]), ct);
                await server.Admin().CreateTarget(new NewTarget(mock, mock, mock), ct);
                foreach (var what in new[] { first, second })
                    results.Add(BenchResult.Beside(what, BuildShare.Whole(await BuildShare.Build(server.Admin(), await BuildShare.Source(folder, results.Count, ct), ct, mock)), "s"));
            }
            await builder.Terminate(ct);
            return results;
        }
        finally
        {
            await Tool.Run("docker", ["rmi", "--force", Image], ct);
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Import(string root, string tar, CancellationToken ct)
    {
        (await Tool.Run("tar", ["--directory", root, "--one-file-system", "--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "--create", "--file", tar, "."], ct)).Ok("tar");
        (await Tool.Run("docker", ["import", "--change", "ENV PATH=/usr/bin:/usr/sbin", tar, Image], ct)).Ok("docker import");
        File.Delete(tar);
    }

    /// <summary>TestOS's chroot, made by mock.</summary>
    static async Task Define(string chroots, string mock, CancellationToken ct)
    {
        var chroot = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Chroots, "testos-1.json"), ct))!.AsObject();
        (chroot["name"], chroot["engine"], chroot["mock"]) = ("mocked-" + mock, "mock", mock);
        await File.WriteAllTextAsync(Path.Combine(chroots, $"mocked-{mock}.json"), chroot.ToJsonString(), ct);
    }
}
