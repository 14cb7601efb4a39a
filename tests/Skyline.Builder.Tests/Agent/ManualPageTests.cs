using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Builder.Tests;

public sealed class ManualPageTests
{
    [Fact]
    public async Task The_page_for_man_has_every_option_that_the_builder_takes()
    {
        var page = (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging", "man", "skyline-builder.8"), TestContext.Current.CancellationToken)).Replace(@"\-", "-", StringComparison.Ordinal);
        var options = Regex.Matches(KnownOptions.Usage(), "^  (--[a-z-]+)", RegexOptions.Multiline).Select(option => option.Groups[1].Value).ToList();

        Assert.True(options.Count > 10, $"Only {options.Count} options were found.");
        Assert.DoesNotContain(options, option => !page.Contains($@"\fB{option}\fR", StringComparison.Ordinal));
    }
}
