using System.Text;

namespace Skyline.Rpm.Tests.Comps;

public sealed class CompsTests
{
    const string Example = """
        <?xml version="1.0"?>
        <!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
        <comps>
          <!-- a comment -->
          <group arch="x86_64"><id>g1</id><name>G &amp; 1</name><name xml:lang="de">Grüße</name><description/>
            <default>true</default><uservisible>false</uservisible><biarchonly>true</biarchonly><langonly>de</langonly><display_order>-3</display_order><novelty>x</novelty>
            <packagelist><packagereq>a</packagereq><packagereq type="conditional" requires="b" basearchonly="true" arch="x86_64">c</packagereq><packagereq type="odd">d</packagereq></packagelist></group>
          <category><id>c1</id><name>C</name><grouplist><groupid>g1</groupid></grouplist></category>
          <environment><id>e1</id><name>E</name><display_order>9</display_order><grouplist><groupid>g1</groupid></grouplist><optionlist><groupid default="true">g2</groupid><groupid>g3</groupid></optionlist></environment>
          <langpacks><match name="a" install="a-%s"/><match name="" install="x"/></langpacks>
          <blacklist><package name="x"/></blacklist>
        </comps>
        """;

    [Fact]
    public void A_comps_xml_is_read_whole_and_what_is_written_is_read_the_same()
    {
        var comps = ReadComps.From(Encoding.UTF8.GetBytes(Example));

        var group = Assert.Single(comps.Groups);
        Assert.Equal(("g1", "G & 1", "Grüße", true, false, true, "de", -3, "x86_64"),
            (group.Id, group.Name.Text, group.Name.Translations[0].Text, group.IsDefault, group.IsVisible, group.BiarchOnly, group.LangOnly, group.DisplayOrder, group.Arch));
        Assert.Equal([new("a", CompsPackageKind.Default), new("c", CompsPackageKind.Conditional, "b", true, "x86_64"), new("d", CompsPackageKind.Default)], group.Packages);
        Assert.Equal(["g1"], Assert.Single(comps.Categories).Groups);
        Assert.Equal([new CompsOption("g2", true), new CompsOption("g3", false)], Assert.Single(comps.Environments).Options);
        Assert.Equal(new CompsLangpack("a", "a-%s"), Assert.Single(comps.Langpacks));
        var written = CompsXml.Write(comps);
        Assert.Equal(written, CompsXml.Write(ReadComps.From(written)));
    }

    [Fact]
    public void Of_the_same_id_the_nearer_counts()
    {
        var (near, far) = (Skyline.Rpm.Comps.Empty with { Groups = [CompsGroup.Named("a", "near")] }, Skyline.Rpm.Comps.Empty with { Groups = [CompsGroup.Named("b", "far"), CompsGroup.Named("a", "far")] });

        Assert.Equal([("a", "near"), ("b", "far")], Skyline.Rpm.Comps.Merge([near, far]).Groups.Select(group => (group.Id, group.Name.Text)));
    }

    [Fact]
    public void Whatever_bytes_come_the_answer_is_groups_or_a_sentence()
    {
        var (whole, random, taken) = (Encoding.UTF8.GetBytes(Example), new Random(11), 0);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = whole[..random.Next(whole.Length / 2, whole.Length + 1)];
            for (var changes = random.Next(4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ReadComps.From(CompsXml.Write(ReadComps.From(bytes)));
                taken++;
            }
            catch (BadCompsException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }
        Assert.InRange(taken, 1, 2_999);
    }
}
