using Skyline.Protocol;
using Skyline.Server.Tags;

namespace Skyline.Server.Groups;

/// <summary>A group's packages as a form has them: a field for each kind, names between blanks; of conditional ones a line each, "PACKAGE OTHER".</summary>
static class GroupLines
{
    /// <summary>What is no package is left for the act to refuse (<see cref="EditGroup"/>).</summary>
    public static IReadOnlyList<GroupPackage> Read(IFormCollection form)
    {
        return [.. Of(GroupPackageType.Mandatory), .. Of(GroupPackageType.Default), .. Of(GroupPackageType.Optional), .. Lines().Select(Conditional)];

        IEnumerable<GroupPackage> Of(GroupPackageType type) => ChangeForm.Words(form, FieldOf(type)).Select(name => new GroupPackage(name, type));
        IEnumerable<string> Lines() => form[FieldOf(GroupPackageType.Conditional)].ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    static GroupPackage Conditional(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var name, var beside] ? new(name, GroupPackageType.Conditional, beside) : new(line, GroupPackageType.Conditional);

    public static string FieldOf(GroupPackageType type) => type.ToString().ToLowerInvariant();

    /// <summary>As the field of that kind shows them.</summary>
    public static string Text(IReadOnlyList<GroupPackage> packages, GroupPackageType type) =>
        string.Join('\n', packages.Where(package => package.Type == type).Select(package => package.Requires is null ? package.Name : $"{package.Name} {package.Requires}"));
}
