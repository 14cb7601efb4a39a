using System.Xml.Linq;

namespace Skyline.Rpm.Tests.Repodata;

public sealed class UpdateInfoTests
{
    [Fact]
    public void Every_text_survives_reading_and_what_xml_cannot_hold_is_dropped()
    {
        const string hostile = "a\u0001]]>\ud83d\ude00\ud800<&>\"'\t\n é\uffff";
        const string kept = "a]]>\ud83d\ude00\ufffd<&>\"'\t\n é";
        var advisory = new Advisory(hostile, "security", "Low", hostile, hostile, 3, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), hostile, hostile, hostile, AdvisorySuggests.Reboot | AdvisorySuggests.Relogin, hostile,
            [new("cve", hostile, hostile, hostile)], [new(new(hostile, 2, "1", "2", "noarch"), hostile, hostile)]);

        var update = XDocument.Parse(System.Text.Encoding.UTF8.GetString(UpdateInfoXml.Write([advisory]))).Root!.Element("update")!;

        Assert.All(new[] { "id", "title", "summary", "description", "rights" }, name => Assert.Equal(kept, update.Element(name)!.Value));
        Assert.Equal([kept, "3"], [update.Attribute("from")!.Value, update.Attribute("version")!.Value]);
        Assert.Equal([kept, kept, kept], new[] { "href", "id", "title" }.Select(name => update.Descendants("reference").Single().Attribute(name)!.Value));
        var package = update.Descendants("package").Single();
        Assert.Equal([kept, "2", kept], new[] { "name", "epoch", "src" }.Select(name => package.Attribute(name)!.Value));
        Assert.Equal(["filename", "reboot_suggested", "relogin_suggested"], package.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("1970-01-02 00:00:00", update.Element("updated")!.Attribute("date")!.Value);
    }
}
