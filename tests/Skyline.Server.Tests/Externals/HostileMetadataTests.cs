using System.Text;

namespace Skyline.Server.Tests.Externals;

/// <summary>Metadata whose checksums are right and which is written to exhaust whoever reads it.</summary>
public sealed class HostileMetadataTests
{
    static async Task<string?> FaultOf(Action<Upstream> write)
    {
        await using var upstream = await Upstream.Open("alpha");
        write(upstream);
        await using var site = await Pinning.Open();
        return (await site.Add(upstream.Url)).Arch().Fault;
    }

    static Task<string?> FaultOf(string primary) => FaultOf(upstream => Metadata.Replace(upstream, Encoding.UTF8.GetBytes(primary)));

    [Fact]
    public async Task Depth_without_end() => Assert.Contains("nested deeper", await FaultOf("<metadata>" + string.Concat(Enumerable.Repeat("<a>", 100_000))));

    /// <summary>A reader keeps every name that it has seen.</summary>
    [Theory]
    [InlineData("<a{0}/>")]
    [InlineData("<a b{0}=\"\"/>")]
    [InlineData("<a xmlns:c{0}=\"urn:x\"/>")]
    public async Task Ever_new_names(string element) =>
        Assert.Contains("it has more than 10000 different names", await FaultOf($"<metadata>{string.Concat(Enumerable.Range(0, 10_001).Select(at => string.Format(null, element, at)))}</metadata>"));

    [Fact]
    public async Task A_name_without_end() => Assert.Contains("it has a name of more than 1000 letters", await FaultOf($"<metadata><{new string('a', 1001)}/></metadata>"));

    [Fact]
    public async Task A_value_without_end() => Assert.Contains("a piece of markup of more than 4 MiB", await FaultOf($"<metadata a=\"{new string('a', 5 << 20)}\"/>"));

    [Fact]
    public async Task A_text_without_end() => Assert.Contains("a piece of markup of more than 4 MiB", await FaultOf($"<metadata>{new string('a', 5 << 20)}</metadata>"));

    /// <summary>Where every '<' is text, none of them begins anything.</summary>
    [Fact]
    public async Task A_section_without_end() => Assert.Contains("a piece of markup of more than 4 MiB", await FaultOf($"<metadata><![CDATA[{string.Concat(Enumerable.Repeat("<a>", 2 << 20))}]]></metadata>"));

    /// <summary>In UTF-16, '㰼' has the byte of a '<' twice, and begins nothing.</summary>
    [Fact]
    public async Task A_value_without_end_in_another_encoding() => Assert.Contains("it is no whole XML document",
        await FaultOf(upstream => Metadata.Replace(upstream, [0xff, 0xfe, .. Encoding.Unicode.GetBytes($"<metadata a=\"{new string('㰼', 1 << 20)}\"/>")])));

    [Fact]
    public async Task More_than_was_stated()
    {
        var primary = "<metadata/>"u8.ToArray();

        Assert.Contains("primary.xml: it unpacks to more than 5 bytes", await FaultOf(upstream => Metadata.Replace(upstream, primary, opened: primary[..5])));
    }

    /// <summary>Nine GiB of zeros in a few hundred kilobytes, and nothing that is said of them is wrong.</summary>
    [Fact]
    public async Task A_bomb_whose_numbers_agree()
    {
        const int block = 128 << 10;
        const long opened = 9L << 30;
        // zstd: a frame whose window is a block's size, then blocks of one byte that is repeated.
        byte[] bomb = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, .. Enumerable.Range(1, (int)(opened / block)).SelectMany(at => Block(block, last: at * (long)block == opened))];

        var fault = await FaultOf(upstream => Metadata.Replace(upstream, bomb, openSize: opened));

        Assert.Contains($"repodata/primary.xml unpacks to {opened} bytes, and no more than {8L << 30} are unpacked here", fault);
    }

    static byte[] Block(int size, bool last)
    {
        var header = (size << 3) | 2 | (last ? 1 : 0);
        return [(byte)header, (byte)(header >> 8), (byte)(header >> 16), 0];
    }
}
