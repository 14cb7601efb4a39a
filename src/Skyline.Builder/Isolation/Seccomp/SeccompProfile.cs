using System.Text.Json.Nodes;

namespace Skyline.Builder;

/// <summary>The refusals as engines read them. All that is not named is refused, so the calls that are let through are listed.</summary>
static class SeccompProfile
{
    public static string For(CallArch arch)
    {
        var conditional = Refusals.Conditions.Select(condition => condition.Name).Append(Refusals.Unknown).ToHashSet();
        var open = arch.WithOlder.SelectMany(CallTable.NamesOn).Distinct().Where(name => !Refusals.Denied.Contains(name) && !conditional.Contains(name)).Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ERRNO",
            ["architectures"] = new JsonArray([.. arch.WithOlder.Select(each => (JsonNode)each.Engine)]),
            ["syscalls"] = new JsonArray(
            [
                Rule(open, "SCMP_ACT_ALLOW"),
                .. Refusals.Conditions.SelectMany(condition => condition.Allowed.Select(value => Allowed(condition, arch, value))),
                Unknown(),
            ]),
        }.ToJsonString();
    }

    static JsonObject Allowed(CallCondition condition, CallArch arch, uint value)
    {
        var rule = Rule([condition.Name], "SCMP_ACT_ALLOW");
        rule["args"] = new JsonArray(new JsonObject { ["index"] = condition.ArgumentOn(arch), ["value"] = condition.Mask, ["valueTwo"] = value, ["op"] = "SCMP_CMP_MASKED_EQ" });
        return rule;
    }

    static JsonObject Unknown()
    {
        var rule = Rule([Refusals.Unknown], "SCMP_ACT_ERRNO");
        rule["errnoRet"] = Refusals.ENOSYS;
        return rule;
    }

    static JsonObject Rule(IEnumerable<string> names, string action) => new() { ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]), ["action"] = action };
}
