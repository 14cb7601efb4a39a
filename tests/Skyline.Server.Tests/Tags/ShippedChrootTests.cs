using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Server.Tests.Tags;

/// <summary>What every chroot that Skyline ships has in common.</summary>
public sealed class ShippedChrootTests
{
    public static TheoryData<string> Shipped => [.. Directory.GetFiles(Checkout.Chroots, "*.json").Select(file => Path.GetFileName(file))];

    [Theory, MemberData(nameof(Shipped))]
    public async Task Its_packages_bytes_do_not_depend_on_which_machine_made_them(string file)
    {
        using var chroot = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Checkout.Chroots, file), TestContext.Current.CancellationToken));
        var macros = chroot.RootElement.GetProperty("macros");

        // One thread, or a number of them that is written down: what a threaded compressor writes is not what another writes.
        Assert.Matches(new Regex(@"\Aw[0-9]+(T[1-9][0-9]*)?\.(zstd|xzd)io\z"), macros.GetProperty("_binary_payload").GetString());
        foreach (var name in new[] { "_buildhost", "source_date_epoch_from_changelog", "use_source_date_epoch_as_buildtime", "clamp_mtime_to_source_date_epoch", "build_mtime_policy", "_smp_ncpus_max" })
            Assert.True(macros.TryGetProperty(name, out _), $"{file} sets no {name}");
    }
}
