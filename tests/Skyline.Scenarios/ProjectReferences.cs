using System.Xml.Linq;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>References point one way (ARCHITECTURE.md): Rpm ← Protocol ← {Server, Builder, Cli}.</summary>
public sealed class ProjectReferences
{
    [Theory]
    [InlineData("Skyline.Rpm")]
    [InlineData("Skyline.Protocol", "Skyline.Rpm")]
    [InlineData("Skyline.Server", "Skyline.Protocol")]
    [InlineData("Skyline.Builder", "Skyline.Protocol")]
    [InlineData("Skyline.Cli", "Skyline.Protocol")]
    public void A_project_refers_only_to_what_it_may(string project, params string[] allowed)
    {
        var file = Path.Combine(Checkout.Root, "src", project, project + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(allowed, references);
    }

    [Fact]
    public void Every_project_under_src_is_in_the_table()
    {
        // (src/Shared is no project: its files are compiled into two.)
        var projects = Directory.GetDirectories(Path.Combine(Checkout.Root, "src")).Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any()).Select(Path.GetFileName).Order();

        Assert.Equal(["Skyline.Builder", "Skyline.Cli", "Skyline.Protocol", "Skyline.Rpm", "Skyline.Server"], projects);
    }
}
